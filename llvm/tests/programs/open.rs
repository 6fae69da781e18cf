//! Open programs of several thousand lines, with drivers of our own, in the VM and natively.
//!
//! Their sources come with packages that `sources/Cargo.toml` names with their versions; `sources/Cargo.lock` has the
//! hashes. They are fetched when they are not there, and nothing of them is kept in the project.

use crate::clang::{Source, Target, Width, root};
use crate::machine::{End, Given, execute, import, interpret};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The folder of a package's sources.
fn package(name: &str) -> PathBuf {
    let manifest = root().join("tests/programs/sources/Cargo.toml");
    let mut command = Command::new(env!("CARGO"));
    command.args(["metadata", "--format-version", "1", "--locked", "--manifest-path"]).arg(manifest);
    let output = command.output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let packages = metadata["packages"].as_array().expect("there are packages");
    let package = packages.iter().find(|package| package["name"] == name).expect("the package is named");
    let manifest = Path::new(package["manifest_path"].as_str().expect("a path"));
    manifest.parent().expect("a folder").to_path_buf()
}

/// A program: a driver of ours, files of a folder, flags.
fn source(driver: &str, folder: &Path, files: &str, flags: &[&str]) -> Source {
    let named = files.split_whitespace().map(|name| folder.join(format!("{name}.c")));
    let mut flags: Vec<String> = flags.iter().map(|flag| flag.to_string()).collect();
    flags.extend([folder.to_path_buf(), folder.join("include")].map(|folder| format!("-I{}", folder.display())));
    Source {
        files: std::iter::once(root().join("tests/programs/c").join(driver)).chain(named).collect(),
        flags,
        library: true,
        native: Vec::new(),
    }
}

/// Natively and in the VM, in the modes given, a program does the same; and what it says of itself is right.
fn check(source: &Source, modes: &[bool], says: &[&str]) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let native = source.to_native(Width::Bits64, "-O1", folder.path()).unwrap_or_else(|error| panic!("{error}"));
    let native = execute(&native, &Given::default(), Duration::from_secs(60)).expect("the program runs");
    let text = String::from_utf8_lossy(&native.output).into_owned();
    assert_eq!(native.end, End::Status(0), "{text}");
    for says in says {
        assert!(text.contains(says), "{says:?} is not in\n{text}");
    }
    for level in ["-O0", "-O1", "-O2"] {
        let files = source.to_ir(Target::X86, level, folder.path()).unwrap_or_else(|error| panic!("{error}"));
        let module = import(&files).unwrap_or_else(|error| panic!("{level}: {error}"));
        for &checked in modes {
            let run = interpret(&module, "main", &[], &Given { checked, ..Given::default() });
            assert_eq!(run.end, native.end, "{level}, checked: {checked}");
            assert_eq!(String::from_utf8_lossy(&run.output), text, "{level}, checked: {checked}");
        }
    }
}

/// The VM's modes of memory: unchecked, checked.
const BOTH: [bool; 2] = [false, true];

#[test]
fn zlib_runs() {
    let files = "adler32 compress crc32 deflate infback inffast inflate inftrees trees uncompr zutil";
    let zlib = source("zlib.c", &package("libz-sys").join("src/zlib"), files, &[]);
    // Looking for no matches, it slides a table that it never filled, which checked mode does not let it read.
    check(&zlib, &[false], &["crc32 cbf43926, adler32 11e60398", "uncompress: 0", "damaged: -3"]);
}

#[test]
fn lz4_runs() {
    let lz4 = source("lz4.c", &package("lz4-sys").join("liblz4/lib"), "lz4 lz4frame lz4hc xxhash", &[]);
    check(&lz4, &BOTH, &["back: 100000, whole, the same", "ERROR_contentChecksum_invalid"]);
}

#[test]
fn bzip2_runs() {
    let files = "blocksort bzlib compress crctable decompress huffman randtable";
    let bzip2 = source("bzip2.c", &package("bzip2-sys").join("bzip2-1.0.8"), files, &["-DBZ_NO_STDIO"]);
    check(&bzip2, &BOTH, &["back: 0, 120000, the same", "damaged: -4"]);
}

#[test]
fn lua_runs() {
    let files = "lapi lauxlib lbaselib lcode lctype ldebug ldo ldump lfunc lgc llex lmem lobject lopcodes lparser \
        lstate lstring lstrlib ltable ltablib ltm lundump lutf8lib lvm lzio";
    // Errors would jump out of functions, but the script makes none; and labels have no addresses.
    let flags =
        ["-DLUA_USE_JUMPTABLE=0", "-DLUAI_THROW(L,c)=abort()", "-DLUAI_TRY(L,c,a)={a}", "-Dluai_jmpbuf=int"];
    let lua = source("lua.c", &package("lua-src").join("lua-5.4.7"), files, &flags);
    let says =
        ["Lua 5.4\t6765", "brown dog fox jumps lazy over quick the the\t9\t9", "account of 16.5", "\n729\ntrue\n"];
    check(&lua, &BOTH, &says);
}

#[test]
fn libsecp256k1_runs() {
    let flags = [
        "-DPREFIX=rustsecp256k1_v0_13_",
        "-DENABLE_MODULE_ECDH=1",
        "-DENABLE_MODULE_EXTRAKEYS=1",
        "-DENABLE_MODULE_SCHNORRSIG=1",
        "-DUSE_EXTERNAL_DEFAULT_CALLBACKS=1",
        "-DECMULT_WINDOW_SIZE=4",
        "-DCOMB_BLOCKS=2",
        "-DCOMB_TEETH=5",
    ];
    let files = "src/precomputed_ecmult src/precomputed_ecmult_gen src/secp256k1";
    let secp256k1 = source("secp256k1.c", &package("secp256k1-sys").join("depend/secp256k1"), files, &flags);
    let key = "public key 0284bf7562262bbd6940085748f3be6afa52ae317155181ece31b66351ccffa4b0";
    check(&secp256k1, &BOTH, &[key, "verified 1 0", "shared 1 1", "the same"]);
}
