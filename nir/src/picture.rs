//! `nir graph`: the control-flow graph of functions.

use crate::arguments::{Graph as Command, GraphFormat};
use crate::files;
use crate::graph::{self, Edge, EdgeKind, Graph, Node, NodeKind};
use crate::outcome::{Failure, Status};
use crate::tables::count;
use native_ir::text::{self, OperandText};
use native_ir::{Block, Body, Edges, Func, Function, InstData, Item, Module, Operand};
use std::collections::HashSet;
use std::io::{self, Write};
use std::path::Path;

/// Runs the command.
pub(crate) fn run(arguments: &Command) -> Result<Status, Failure> {
    let bytes = files::read(&arguments.file)?;
    let parsed = text::parse(&bytes);
    let module = &parsed.module;
    let name = files::display(&arguments.file);
    if !parsed.diagnostics.is_empty() {
        let errors = count(parsed.diagnostics.len(), "error");
        writeln!(io::stderr(), "nir: {name}: {errors}; drawing what could be read (`nir check` shows more)")?;
    }
    let folder = arguments.output.as_deref().filter(|path| is_folder(path));
    if let (Some(folder), None) = (folder, &arguments.function) {
        return draw_all(module, folder, arguments.format.unwrap_or(GraphFormat::Svg));
    }
    let func = match &arguments.function {
        Some(function) => find(module, function)?,
        None => default(module).ok_or_else(|| Failure::Usage(format!("{name}: no function to draw")))?,
    };
    let by_name = arguments.output.as_deref().and_then(format_of);
    let format = arguments.format.or(by_name).unwrap_or(GraphFormat::Svg);
    let picture = draw(module, func, format);
    match (&arguments.output, folder) {
        (Some(_), Some(folder)) => {
            files::replace(&folder.join(file_name(module, func, format)), picture.as_bytes())?
        }
        (Some(file), None) => files::replace(file, picture.as_bytes())?,
        (None, _) => io::stdout().lock().write_all(picture.as_bytes())?,
    }
    Ok(Status::Fine)
}

fn is_folder(path: &Path) -> bool {
    path.is_dir() || path.as_os_str().as_encoded_bytes().ends_with(b"/")
}

fn format_of(path: &Path) -> Option<GraphFormat> {
    let dot = path.extension().is_some_and(|extension| extension == "dot" || extension == "gv");
    dot.then_some(GraphFormat::Dot)
}

/// The first public function, or the first of all.
fn default(module: &Module) -> Option<Func> {
    let public = module.functions.iter().find(|(_, function)| function.public);
    public.or_else(|| module.functions.iter().next()).map(|(func, _)| func)
}

/// The function of a name, with or without its `@`.
///
/// # Errors
/// [`Failure::Usage`] when there is none.
pub(crate) fn find(module: &Module, name: &str) -> Result<Func, Failure> {
    let plain = name.trim_start_matches('@');
    let symbol = module.find_symbol(plain);
    if let Some(Item::Function(func)) = symbol.map(|symbol| module.item(symbol)) {
        return Ok(func);
    }
    let names = module.functions.values().map(|function| module.symbol_name(function.symbol));
    let near = directive::near(plain, names);
    Err(Failure::Usage(match near.is_empty() {
        true => format!("the module has no function `@{plain}`"),
        false => format!("the module has no function `@{plain}`; did you mean @{}?", near.join(", @")),
    }))
}

fn draw_all(module: &Module, folder: &Path, format: GraphFormat) -> Result<Status, Failure> {
    std::fs::create_dir_all(folder)
        .map_err(|error| Failure::Usage(format!("{}: cannot be made: {error}", folder.display())))?;
    for func in module.functions.keys() {
        let picture = draw(module, func, format);
        files::replace(&folder.join(file_name(module, func, format)), picture.as_bytes())?;
    }
    let functions = count(module.functions.len(), "function");
    writeln!(io::stdout(), "drew {functions} into {}", folder.display())?;
    Ok(Status::Fine)
}

/// A file name for a function; its index keeps apart what is equal once it is cut to what file systems take.
fn file_name(module: &Module, func: Func, format: GraphFormat) -> String {
    let name = module.symbol_name(module.functions[func].symbol);
    let plain = |c: char| if c.is_ascii_alphanumeric() || "_-.".contains(c) { c } else { '_' };
    let safe: String = name.chars().take(80).map(plain).collect();
    let extension = match format {
        GraphFormat::Svg => "svg",
        GraphFormat::Dot => "dot",
    };
    if safe == name && !safe.is_empty() && !safe.starts_with('.') {
        format!("{safe}.{extension}")
    } else {
        format!("{}-{safe}.{extension}", func.as_u32())
    }
}

fn draw(module: &Module, func: Func, format: GraphFormat) -> String {
    let graph = graph_of(module, func);
    match format {
        GraphFormat::Svg => graph::svg(&graph),
        GraphFormat::Dot => graph::dot(&graph),
    }
}

/// The control-flow graph of a function.
fn graph_of(module: &Module, func: Func) -> Graph {
    let function = &module.functions[func];
    let body = &function.body;
    let blocks = body.layout().count();
    let texts = block_texts(&text::print_function(module, func));
    let reached = reached(body);
    let mut graph = Graph { title: format!("@{}", module.symbol_name(function.symbol)), ..Graph::default() };
    for (index, (block, data)) in body.layout().enumerate() {
        let terminator = data.insts().next_back().and_then(|inst| body.insts.get(inst));
        let (title, lines) = texts.get(index).cloned().unwrap_or_default();
        let leaves = terminator.is_none_or(|inst| inst.opcode.is_terminator() && inst.edges().len() == 0);
        let kind = match index {
            0 => NodeKind::Entry,
            _ if !reached.contains(&block) => NodeKind::Unreachable,
            _ if leaves => NodeKind::Exit,
            _ => NodeKind::Plain,
        };
        graph.nodes.push(Node { title, lines, kind });
        if let Some(inst) = terminator {
            graph.edges.extend(edges(module, function, block, inst).filter(|edge| edge.to < blocks));
        }
    }
    graph
}

/// The labels and instructions of a printed function, block by block: labels stand at the line's start and begin with
/// `^`, everything else in a block is indented.
fn block_texts(printed: &str) -> Vec<(String, Vec<String>)> {
    let mut blocks: Vec<(String, Vec<String>)> = Vec::new();
    for line in printed.lines() {
        if line.starts_with('^') {
            blocks.push((line.trim_end_matches(':').to_string(), Vec::new()));
        } else if let (Some((_, lines)), true) = (blocks.last_mut(), line.starts_with(' ')) {
            lines.push(line.trim().to_string());
        }
    }
    blocks
}

fn edges<'a>(
    module: &'a Module,
    function: &'a Function,
    from: Block,
    inst: &'a InstData,
) -> impl Iterator<Item = Edge> + 'a {
    let shape = inst.opcode.shape();
    inst.edges().enumerate().filter_map(move |(index, edge)| {
        let data = function.body.edges.get(edge)?;
        let (label, kind) = match (shape.edges, index, data.case()) {
            (Edges::Cases, 0, _) => ("default".to_string(), EdgeKind::Default),
            (Edges::Cases, _, Some(case)) => {
                (OperandText(module, function, Operand::from(case)).to_string(), EdgeKind::Case)
            }
            (Edges::Cases, _, None) => (String::new(), EdgeKind::Case),
            (Edges::Exactly(2), 0, _) => ("true".to_string(), EdgeKind::True),
            (Edges::Exactly(2), _, _) => ("false".to_string(), EdgeKind::False),
            _ => (String::new(), EdgeKind::Jump),
        };
        Some(Edge { from: from.as_u32() as usize, to: data.block.as_u32() as usize, label, kind })
    })
}

/// The blocks that a path from the entry reaches.
fn reached(body: &Body) -> HashSet<Block> {
    let mut reached = HashSet::new();
    let mut work: Vec<Block> = body.blocks.keys().take(1).collect();
    while let Some(block) = work.pop() {
        if !reached.insert(block) {
            continue;
        }
        let Some(data) = body.blocks.get(block) else { continue };
        let terminator = data.insts().next_back().and_then(|inst| body.insts.get(inst));
        let edges = terminator.into_iter().flat_map(|inst| inst.edges());
        work.extend(edges.filter_map(|edge| body.edges.get(edge)).map(|edge| edge.block));
    }
    reached
}
