//! The pictures of an image as SVG within the page: how full each region of memory is, and what takes flash.

use super::firmware::{Image, Region, Symbol};
use super::html::escape;
use super::treemap::{Rect, squarify};
use std::fmt::Write;

const WIDTH: f64 = 960.0;
const BAR: f64 = 34.0;
const MAP: f64 = 380.0;
/// The room of a letter and of a line of text.
const LETTER: f64 = 6.6;
const LINE: f64 = 14.0;

/// Bars of all regions.
pub(super) fn bars(page: &mut String, image: &Image) {
    for region in &image.regions {
        let used = region.used();
        let share = 100.0 * used as f64 / region.bytes.max(1) as f64;
        let label = format!("{}: {used} of {} bytes, {share:.1} %", region.name, region.bytes);
        let _ = writeln!(
            page,
            "<p>{label}</p>\n<svg class=\"memory\" role=\"img\" viewBox=\"0 0 {WIDTH} {BAR}\"><title>{label}</title>\
             <rect class=\"free\" width=\"{WIDTH}\" height=\"{BAR}\"/>"
        );
        bar(page, region);
        page.push_str("</svg>\n");
    }
}

fn bar(page: &mut String, region: &Region) {
    let whole = region.bytes.max(region.used()).max(1) as f64;
    let mut x = 0.0;
    for (index, (name, bytes)) in region.sections.iter().enumerate() {
        let width = WIDTH * *bytes as f64 / whole;
        let label = format!("{name}: {bytes} bytes");
        let rect = Rect { x, y: 0.0, width, height: BAR };
        cell(page, &rect, &format!("s{}", index % 6), name, &label);
        x += width;
    }
}

/// A map of flash: each function and constant as large as its bytes.
pub(super) fn flash(page: &mut String, image: &Image) {
    let ram = image.regions.iter().find(|region| region.name == "RAM");
    let in_ram = |symbol: &Symbol| {
        ram.is_some_and(|ram| {
            u64::from(symbol.address).checked_sub(u64::from(ram.start)).is_some_and(|at| at < ram.bytes)
        })
    };
    let mut symbols: Vec<&Symbol> = image.symbols.iter().filter(|symbol| !in_ram(symbol)).collect();
    symbols.sort_by_key(|symbol| std::cmp::Reverse(symbol.bytes));
    let sizes: Vec<u64> = symbols.iter().map(|symbol| symbol.bytes).collect();
    let rects = squarify(&sizes, Rect { x: 0.0, y: 0.0, width: WIDTH, height: MAP });
    let _ = writeln!(
        page,
        "<svg class=\"memory\" role=\"img\" viewBox=\"0 0 {WIDTH} {MAP}\"><title>What takes flash</title>"
    );
    for (symbol, rect) in symbols.iter().zip(&rects) {
        let label =
            format!("{}: {} bytes, {} of the {}", symbol.name, symbol.bytes, symbol.section, symbol.origin.name());
        cell(page, rect, symbol.origin.name(), &symbol.name, &label);
    }
    page.push_str("</svg>\n<p class=\"legend\">");
    for origin in ["program", "library", "startup"] {
        let _ = write!(page, "<span class=\"{origin}\"></span>{origin} ");
    }
    page.push_str("</p>\n");
}

/// A rectangle with a name, where that has room.
fn cell(page: &mut String, rect: &Rect, class: &str, name: &str, label: &str) {
    let Rect { x, y, width, height } = *rect;
    let _ = write!(
        page,
        "<g class=\"{class}\"><title>{}</title><rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\"/>",
        escape(label)
    );
    let room = (width / LETTER) as usize;
    if room >= 4 && height >= LINE {
        let text: String = match name.chars().count() > room.saturating_sub(1) {
            true => name.chars().take(room.saturating_sub(2)).chain(['…']).collect(),
            false => name.to_string(),
        };
        let _ = write!(page, "<text x=\"{:.2}\" y=\"{:.2}\">{}</text>", x + 4.0, y + LINE, escape(&text));
    }
    page.push_str("</g>\n");
}
