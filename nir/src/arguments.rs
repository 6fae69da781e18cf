//! The arguments of each command, and their help.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Checks, explains, formats and draws native IR.
#[derive(Debug, Parser)]
#[command(
    name = "nir",
    version,
    max_term_width = 100,
    after_help = "\
Exit status: 0 fine, 1 the input was rejected, 2 wrong usage, 3 a bug in nir.
Example: nir check program.nir"
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(Check),
    #[command(subcommand)]
    Contract(Contract),
    Explain(Explain),
    Fmt(Fmt),
    Graph(Graph),
}

/// Where the tables come from.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ContractSource {
    /// Load the contract's tables from this folder instead of the built-in ones
    #[arg(long = "contract", value_name = "DIR")]
    pub(crate) directory: Option<PathBuf>,
}

/// Verify files of native IR
///
/// Folders are walked for *.nir files; `-` reads standard input.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nir check program.nir               one file
  nir check src firmware/blinky.nir   folders and files
  nir check --format sarif . > nir.sarif
  nir check --registers nrf51.tsv firmware")]
pub(crate) struct Check {
    /// Files and folders
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) contract: ContractSource,
    /// A table of hardware registers that the files' registers are checked against
    #[arg(long, value_name = "FILE")]
    pub(crate) registers: Option<PathBuf>,
    /// How diagnostics are written: people read `human` on standard error, programs the others on standard output
    #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
    pub(crate) format: CheckFormat,
    /// How many threads work; 0 means all
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) threads: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// Excerpts of the source with what is wrong and how to mend it
    Human,
    /// One JSON object a line for each diagnostic, then one with the totals
    Json,
    /// SARIF 2.1.0 for editors and code hosts
    Sarif,
}

/// Check and browse the contract: the tables that say what native IR means
#[derive(Debug, Subcommand)]
pub(crate) enum Contract {
    /// Check the tables against their format, each other and the built-in ones
    #[command(after_help = "\
Examples:
  nir contract check                       the built-in tables
  nir contract check --contract tables     tables of your own")]
    Check {
        #[command(flatten)]
        contract: ContractSource,
    },
    /// List the rows of a table; without one, list the tables
    #[command(after_help = "\
Examples:
  nir contract list
  nir contract list opcodes
  nir contract list rules | grep VOLATILE")]
    List {
        /// Which rows
        #[arg(value_enum)]
        table: Option<List>,
        #[command(flatten)]
        contract: ContractSource,
    },
    /// Show every row of a name: an opcode, type, target, effect, trap, rule, runtime function …
    #[command(after_help = "\
Examples:
  nir contract show load.T
  nir contract show sim-cortex-m0
  nir contract show NATIVE_IR_TYPE/dominance")]
    Show {
        /// The name, as it stands in the table
        item: String,
        #[command(flatten)]
        contract: ContractSource,
    },
}

/// What `nir contract list` can list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum List {
    /// What instructions do, and which target has them
    Opcodes,
    /// Types, their sizes and alignments
    Types,
    /// The machines that modules are for
    Targets,
    /// What functions may do beside computing values
    Effects,
    /// The classes of traps and their exit statuses
    Traps,
    /// The rules of diagnostics
    Rules,
    /// Address spaces
    Spaces,
    /// The memory model: casts, accesses, lifetimes, aliases
    Memory,
    /// The functions that the runtime gives to programs
    Runtime,
    /// What holds after each stage
    Invariants,
    /// The fields of the text form
    Schema,
}

/// Explain a diagnostic, with an example that fails and one that passes
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nir explain NATIVE_IR_TYPE              the rules of a code
  nir explain NATIVE_IR_TYPE/dominance    one rule")]
pub(crate) struct Explain {
    /// A code, or a code and a rule
    #[arg(value_name = "CODE[/RULE]")]
    pub(crate) rule: String,
}

/// Bring files into the canonical form, comments kept
///
/// Folders are walked for *.nir files; `-` formats standard input to standard output.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nir fmt program.nir      rewrite the file
  nir fmt --check src      name the files that are not in canonical form")]
pub(crate) struct Fmt {
    /// Files and folders
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Write nothing; name the files that would change, and exit with status 1 if there are any
    #[arg(long)]
    pub(crate) check: bool,
}

/// Draw the control-flow graph of a function
///
/// The module need not verify: what could be read of it is drawn.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nir graph program.nir > main.svg            the first public function
  nir graph program.nir @helper -o helper.svg
  nir graph program.nir -o pictures/          every function, a file each
  nir graph program.nir --format dot | dot -Tpdf > main.pdf")]
pub(crate) struct Graph {
    /// The file; `-` reads standard input
    pub(crate) file: PathBuf,
    /// The function; without one the first public function is drawn, or the first of all
    #[arg(value_name = "@FUNCTION")]
    pub(crate) function: Option<String>,
    /// The picture's format; without it the one of OUT's extension, or SVG
    #[arg(long, value_enum)]
    pub(crate) format: Option<GraphFormat>,
    /// Where the picture goes; a folder, or a path that ends in `/`, gets a file for each function
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphFormat {
    /// A picture that browsers show
    Svg,
    /// Input for Graphviz
    Dot,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent_and_every_command_shows_an_example() {
        let mut command = Arguments::command();
        command.build();
        command.clone().debug_assert();
        let mut stack = vec![command];
        while let Some(mut command) = stack.pop() {
            let leaf = !command.get_subcommands().any(|sub| sub.get_name() != "help");
            let help = command.render_long_help().to_string();
            assert!(!leaf || command.get_name() == "help" || help.contains("Example"), "{help}");
            stack.extend(command.get_subcommands().filter(|sub| sub.get_name() != "help").cloned());
        }
    }
}
