//! The survey as one page that needs nothing else: a table that a click on a heading sorts, and that can be read without.

use super::firmware::{FRAME, Image};
use super::{Code, Row, Stack, Survey, cycles_text, pictures};
use std::fmt::Write;

const STYLE: &str = "\
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1d2430;background:#fff}\
h1{font-size:1.4rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}p{margin:.3rem 0;color:#566}\
table{border-collapse:collapse;width:100%}th,td{padding:.3rem .7rem;border-bottom:1px solid #dfe3e8;text-align:left;vertical-align:top}\
th{position:sticky;top:0;background:#f3f5f8;cursor:pointer;white-space:nowrap}th[data-order]::after{content:' \\25be'}\
th[data-order=up]::after{content:' \\25b4'}.n{text-align:right;font-variant-numeric:tabular-nums}\
code{font:13px/1.5 ui-monospace,monospace}tbody tr:hover{background:#f8fafc}.quiet{color:#778}\
svg.memory{width:100%;height:auto;display:block;margin:.2rem 0 .6rem}svg.memory text{font:11px ui-monospace,monospace;fill:#fff}\
svg.memory rect{stroke:#fff;stroke-width:.6}svg.memory .free{fill:#e8ebf0}.s0 rect{fill:#44546a}.s1 rect{fill:#2f6db5}\
.s2 rect{fill:#3a8f5c}.s3 rect{fill:#b0702a}.s4 rect{fill:#8a4fa3}.s5 rect{fill:#a33f4a}svg .program rect{fill:#2f6db5}\
svg .library rect{fill:#3a8f5c}svg .startup rect{fill:#8a93a3}.legend span{display:inline-block;width:.9em;height:.9em;margin:0 .3em 0 1em}\
.legend .program{background:#2f6db5}.legend .library{background:#3a8f5c}.legend .startup{background:#8a93a3}";

/// Numbers first by size, texts by their letters; a second click turns the order round.
const SCRIPT: &str = "\
for(const head of document.querySelectorAll('th'))head.onclick=()=>{\
const table=head.closest('table'),column=head.cellIndex,numeric=head.classList.contains('n');\
const up=head.dataset.order==='down'||(!numeric&&!head.dataset.order);\
for(const other of table.querySelectorAll('th'))delete other.dataset.order;\
head.dataset.order=up?'up':'down';\
const key=row=>row.cells[column].dataset.key??row.cells[column].textContent;\
const compare=(a,b)=>numeric?key(a)-key(b):key(a).localeCompare(key(b));\
const body=table.tBodies[0];\
body.append(...[...body.rows].sort((a,b)=>up?compare(a,b):compare(b,a)));};";

/// Writes the survey.
pub(super) fn write(survey: &Survey) -> String {
    let title = escape(&survey.module);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n\
         </head>\n<body>\n<h1>{title}</h1>\n<p>for {}</p>\n",
        escape(&survey.target)
    );
    if let Some(reason) = &survey.without_code {
        let _ = writeln!(page, "<p>No machine code: {}</p>", escape(reason));
    }
    totals(&mut page, survey);
    if let Some(reason) = &survey.without_image {
        let _ = writeln!(page, "<p>No image: {}</p>", escape(reason));
    }
    if let Some(image) = &survey.image {
        self::image(&mut page, image);
    }
    functions(&mut page, survey);
    pieces(&mut page, survey);
    accesses(&mut page, survey);
    helpers(&mut page, survey);
    let _ = write!(page, "<script>{SCRIPT}</script>\n</body>\n</html>\n");
    page
}

fn totals(page: &mut String, survey: &Survey) {
    let (reads, writes) = survey.accesses();
    let _ = writeln!(
        page,
        "<p>{} functions · {} bytes of code · {} of helpers · {} of constants · {} of data · {reads} volatile reads · \
         {writes} volatile writes</p>",
        survey.functions.len(),
        survey.code_bytes(),
        survey.helper_bytes(),
        survey.constants,
        survey.data,
    );
}

fn functions(page: &mut String, survey: &Survey) {
    page.push_str(
        "<h2>Functions</h2>\n<table>\n<thead><tr><th>function</th><th class=\"n\">bytes</th>\
         <th class=\"n\">frame</th><th class=\"n\">stack</th><th class=\"n\">cycles</th><th>effects</th><th class=\"n\">reads</th>\
         <th class=\"n\">writes</th></tr></thead>\n<tbody>\n",
    );
    for row in &survey.functions {
        let _ = writeln!(page, "<tr>{}{}{}{}</tr>", name(row), code(row), effects(row), counts(row));
    }
    page.push_str("</tbody>\n</table>\n");
}

fn name(row: &Row) -> String {
    let mark = if row.public { " <span class=\"quiet\">pub</span>" } else { "" };
    let reason =
        row.without_code.as_ref().map(|reason| format!("<br><span class=\"quiet\">{}</span>", escape(reason)));
    format!("<td><code>@{}</code>{mark}{}</td>", escape(&row.name), reason.unwrap_or_default())
}

fn code(row: &Row) -> String {
    let Some(code @ Code { frame, .. }) = &row.code else { return cell(None, "-").repeat(4) };
    let stack = match &code.stack {
        Stack::Bytes(bytes) => number(*bytes),
        Stack::Open(reason) => cell(None, reason),
    };
    let cycles = match code.cycles {
        Some(cycles) => cell(cycles.map(|cycles| cycles.least), &cycles_text(cycles)),
        None => cell(None, "-"),
    };
    format!("{}{}{stack}{cycles}", number(code.bytes()), number(*frame))
}

fn effects(row: &Row) -> String {
    format!("<td>{}</td>", row.effects.join(" "))
}

fn counts(row: &Row) -> String {
    let sum = |count: fn(&super::Accesses) -> u64| number(row.accesses.iter().map(count).sum());
    sum(|place| place.reads) + &sum(|place| place.writes)
}

fn number(number: u64) -> String {
    format!("<td class=\"n\">{number}</td>")
}

/// A cell without a number, which is sorted by one all the same: behind all others where none is given.
fn cell(key: Option<u64>, text: &str) -> String {
    format!(
        "<td class=\"n\" data-key=\"{}\">{}</td>",
        key.map_or("Infinity".to_string(), |key| key.to_string()),
        escape(text)
    )
}

fn accesses(page: &mut String, survey: &Survey) {
    if survey.functions.iter().all(|row| row.accesses.is_empty()) {
        return;
    }
    page.push_str(
        "<h2>Hardware</h2>\n<table>\n<thead><tr><th>function</th><th>register</th><th>in the map</th><th class=\"n\">address</th>\
         <th class=\"n\">bits</th><th class=\"n\">reads</th><th class=\"n\">writes</th><th>a read does</th></tr></thead>\n<tbody>\n",
    );
    for row in &survey.functions {
        for place in &row.accesses {
            let address = place.address.map_or(String::new(), |address| format!("{address:#010x}"));
            let _ = writeln!(
                page,
                "<tr><td><code>@{}</code></td><td><code>{}</code></td><td><code>{}</code></td>{}{}{}{}<td>{}</td></tr>",
                escape(&row.name),
                escape(&place.place),
                escape(place.known.as_deref().unwrap_or_default()),
                cell(place.address, &address),
                number(u64::from(place.width)),
                number(place.reads),
                number(place.writes),
                place.read_action.unwrap_or_default(),
            );
        }
    }
    page.push_str("</tbody>\n</table>\n");
}

fn helpers(page: &mut String, survey: &Survey) {
    if survey.helpers.is_empty() {
        return;
    }
    page.push_str(
        "<h2>Helpers</h2>\n<table>\n<thead><tr><th>helper</th><th class=\"n\">bytes</th><th class=\"n\">stack</th>\
         </tr></thead>\n<tbody>\n",
    );
    for helper in &survey.helpers {
        let stack = match &helper.stack {
            Stack::Bytes(bytes) => number(*bytes),
            Stack::Open(reason) => cell(None, reason),
        };
        let name = escape(&helper.name);
        let _ = writeln!(page, "<tr><td><code>@{name}</code></td>{}{stack}</tr>", number(helper.bytes));
    }
    page.push_str("</tbody>\n</table>\n");
}

/// The memory of an image with its pictures, its stack, and what lies in it.
fn image(page: &mut String, image: &Image) {
    let _ =
        writeln!(page, "<h2>Memory</h2>\n<p>The image begins with <code>@{}</code>.</p>", escape(&image.entry));
    pictures::bars(page, image);
    pictures::flash(page, image);
    stacks(page, image);
    page.push_str(
        "<h2>Symbols</h2>\n<table>\n<thead><tr><th>symbol</th><th>section</th><th class=\"n\">address</th>\
         <th class=\"n\">bytes</th><th>of the</th></tr></thead>\n<tbody>\n",
    );
    for symbol in &image.symbols {
        let address = format!("{:#010x}", symbol.address);
        let _ = writeln!(
            page,
            "<tr><td><code>{}</code></td><td>{}</td>{}{}<td>{}</td></tr>",
            escape(&symbol.name),
            symbol.section,
            cell(Some(u64::from(symbol.address)), &address),
            number(symbol.bytes),
            symbol.origin.name(),
        );
    }
    page.push_str("</tbody>\n</table>\n");
}

fn stacks(page: &mut String, image: &Image) {
    let bound = |stack: &Stack| match stack {
        Stack::Bytes(bytes) => number(*bytes),
        Stack::Open(reason) => cell(None, reason),
    };
    let _ = writeln!(
        page,
        "<h2>Stack</h2>\n<p>{} bytes of RAM are left for it. The entry of an exception takes {FRAME} bytes at most.</p>\n\
         <table>\n<thead><tr><th>from</th><th class=\"n\">exception</th><th class=\"n\">bytes</th></tr></thead>\n<tbody>",
        image.room
    );
    let row = |name: &str, vector: &str, stack: &Stack| {
        format!("<tr><td>{name}</td><td class=\"n\">{vector}</td>{}</tr>\n", bound(stack))
    };
    page.push_str(&row(&format!("<code>@{}</code>", escape(&image.entry)), "", &image.main));
    for handler in &image.handlers {
        let name = format!("<code>@{}</code>", escape(&handler.name));
        page.push_str(&row(&name, &handler.vector.to_string(), &handler.stack));
    }
    page.push_str(&row("all, one inside the other", "", &image.total));
    page.push_str("</tbody>\n</table>\n");
}

fn pieces(page: &mut String, survey: &Survey) {
    let rows = || survey.functions.iter().filter_map(|row| Some((row, row.code.as_ref()?)));
    if rows().all(|(_, code)| code.pieces.is_empty()) {
        return;
    }
    page.push_str(
        "<h2>Blocks</h2>\n<p>Cycles with memory that never waits; two figures where a branch may be taken.</p>\n\
         <table>\n<thead><tr><th>function</th><th>block</th><th class=\"n\">first byte</th>\
         <th class=\"n\">bytes</th><th class=\"n\">cycles</th></tr></thead>\n<tbody>\n",
    );
    for (row, code) in rows() {
        for piece in &code.pieces {
            let _ = writeln!(
                page,
                "<tr><td><code>@{}</code></td><td><code>{}</code></td>{}{}{}</tr>",
                escape(&row.name),
                escape(&piece.name()),
                number(u64::from(piece.start)),
                number(u64::from(piece.end.saturating_sub(piece.start))),
                cell(Some(u64::from(piece.cycles)), &piece.cycles_text()),
            );
        }
    }
    page.push_str("</tbody>\n</table>\n");
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_text_and_never_marks() {
        assert_eq!(escape("<a href=\"&\">"), "&lt;a href=&quot;&amp;&quot;&gt;");
        let mut survey = Survey { module: "<m>".to_string(), ..Survey::default() };
        survey.helpers.push(super::super::Helper { name: "<script>".into(), bytes: 1, stack: Stack::Bytes(2) });
        let page = write(&survey);
        assert!(page.contains("<title>&lt;m&gt;</title>") && page.contains("@&lt;script&gt;"), "{page}");
        assert_eq!(page.matches("<script>").count(), 1);
        assert!(!page.contains("http"), "nothing is fetched: {page}");
    }
}
