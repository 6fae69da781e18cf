//! The survey as one page that needs nothing else: a table that a click on a heading sorts, and that can be read without.

use super::{Code, Row, Stack, Survey};
use std::fmt::Write;

const STYLE: &str = "\
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1d2430;background:#fff}\
h1{font-size:1.4rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}p{margin:.3rem 0;color:#566}\
table{border-collapse:collapse;width:100%}th,td{padding:.3rem .7rem;border-bottom:1px solid #dfe3e8;text-align:left;vertical-align:top}\
th{position:sticky;top:0;background:#f3f5f8;cursor:pointer;white-space:nowrap}th[data-order]::after{content:' \\25be'}\
th[data-order=up]::after{content:' \\25b4'}.n{text-align:right;font-variant-numeric:tabular-nums}\
code{font:13px/1.5 ui-monospace,monospace}tbody tr:hover{background:#f8fafc}.quiet{color:#778}";

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
    functions(&mut page, survey);
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
         <th class=\"n\">frame</th><th class=\"n\">stack</th><th>effects</th><th class=\"n\">reads</th>\
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
    let Some(code @ Code { frame, .. }) = &row.code else { return format!("{0}{0}{0}", cell(None, "-")) };
    let stack = match &code.stack {
        Stack::Bytes(bytes) => number(*bytes),
        Stack::Open(reason) => cell(None, reason),
    };
    format!("{}{}{stack}", number(code.bytes()), number(*frame))
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
        "<h2>Hardware</h2>\n<table>\n<thead><tr><th>function</th><th>register</th><th class=\"n\">address</th>\
         <th class=\"n\">reads</th><th class=\"n\">writes</th></tr></thead>\n<tbody>\n",
    );
    for row in &survey.functions {
        for place in &row.accesses {
            let address = place.address.map_or(String::new(), |address| format!("{address:#010x}"));
            let _ = writeln!(
                page,
                "<tr><td><code>@{}</code></td><td><code>{}</code></td>{}{}{}</tr>",
                escape(&row.name),
                escape(&place.place),
                cell(place.address, &address),
                number(place.reads),
                number(place.writes),
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

fn escape(text: &str) -> String {
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
