//! What every picture keeps to, on chosen graphs and on random ones.

use proptest::prelude::*;

use super::drawing::{Drawing, MAX_NODES, Rect, draw};
use super::{Edge, EdgeKind, Graph, Node, NodeKind, arcs, dot, layers, order, svg, text};

fn node(title: &str, lines: &[&str]) -> Node {
    Node {
        title: title.to_owned(),
        lines: lines.iter().map(|&line| line.to_owned()).collect(),
        kind: NodeKind::Plain,
    }
}

fn edge(from: usize, to: usize, label: &str, kind: EdgeKind) -> Edge {
    Edge { from, to, label: label.to_owned(), kind }
}

fn graph(nodes: usize, edges: impl IntoIterator<Item = (usize, usize)>) -> Graph {
    Graph {
        title: "@test".to_owned(),
        nodes: (0..nodes).map(|at| node(&format!("^b{at}"), &["return"])).collect(),
        edges: edges.into_iter().map(|(from, to)| edge(from, to, "", EdgeKind::Jump)).collect(),
    }
}

/// Whether the inside of `a` and the inside or the line of `b` have a point in common.
fn meet(a: &Rect, b: &Rect) -> bool {
    a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
}

/// The rectangle between two points, widened to hold a line.
fn between(a: (i64, i64), b: (i64, i64)) -> Rect {
    let (x, y) = (a.0.min(b.0), a.1.min(b.1));
    Rect { x, y, w: (a.0 - b.0).abs().max(1), h: (a.1 - b.1).abs().max(1) }
}

fn check_boxes(drawing: &Drawing) {
    for (at, a) in drawing.boxes.iter().enumerate() {
        assert!(
            a.x >= 0 && a.y >= 0 && a.x + a.w <= drawing.width && a.y + a.h <= drawing.height,
            "{at} is outside"
        );
        for (other, b) in drawing.boxes.iter().enumerate().take(at) {
            assert!(!meet(a, b), "boxes {other} and {at} overlap: {b:?} {a:?}");
        }
    }
}

fn check_routes(drawing: &Drawing) {
    assert_eq!(drawing.routes.len(), drawing.arcs.len());
    for (arc, route) in drawing.arcs.iter().zip(&drawing.routes) {
        let (from, to) = (&drawing.boxes[arc.from], &drawing.boxes[arc.to]);
        let (first, last) = (route.points[0], route.points[route.points.len() - 1]);
        assert!(
            first.1 == from.y + from.h && first.0 > from.x && first.0 < from.x + from.w,
            "{arc:?} leaves at the border"
        );
        assert!(last.1 == to.y && last.0 > to.x && last.0 < to.x + to.w, "{arc:?} enters at the border");
        assert!(route.back || to.y > from.y + from.h, "{arc:?} goes downwards");
        for pair in route.points.windows(2) {
            assert!(pair[0].0 == pair[1].0 || pair[0].1 == pair[1].1, "{arc:?} has a slanted line");
            let line = between(pair[0], pair[1]);
            assert!(line.x >= 0 && line.y >= 0 && line.x <= drawing.width && line.y <= drawing.height);
            assert!(!drawing.boxes.iter().any(|b| meet(b, &line)), "{arc:?} runs through a box: {line:?}");
        }
    }
}

/// Lines of arcs that have no end in common may cross but not lie on each other.
fn check_lines(drawing: &Drawing) {
    let mut lines = Vec::new();
    for (arc, route) in drawing.arcs.iter().zip(&drawing.routes) {
        lines.extend(route.points.windows(2).filter(|p| p[0] != p[1]).map(|p| (arc, between(p[0], p[1]))));
    }
    for (at, (arc, a)) in lines.iter().enumerate() {
        for (other, b) in &lines[..at] {
            let same_way = (a.h == 1 && b.h == 1) || (a.w == 1 && b.w == 1);
            let apart = arc.from != other.from && arc.to != other.to;
            assert!(!(same_way && apart && meet(a, b)), "{arc:?} and {other:?} lie on each other: {a:?} {b:?}");
        }
    }
}

/// Draws a graph and checks all that holds for every drawing.
fn check(graph: &Graph) -> Drawing {
    let drawing = draw(graph);
    check_boxes(&drawing);
    check_routes(&drawing);
    check_lines(&drawing);
    drawing
}

fn loops(drawing: &Drawing) -> Vec<(usize, usize)> {
    let arcs = drawing.arcs.iter().zip(&drawing.routes);
    arcs.filter(|(_, route)| route.back).map(|(arc, _)| (arc.from, arc.to)).collect()
}

#[test]
fn degenerate_graphs_are_drawn() {
    assert!(check(&graph(0, [])).boxes.is_empty());
    assert!(svg(&Graph::default()).ends_with("</svg>\n"));
    assert!(dot(&Graph::default()).ends_with("}\n"));
    assert_eq!(check(&graph(1, [])).boxes.len(), 1);
    assert_eq!(loops(&check(&graph(1, [(0, 0)]))), [(0, 0)]);
}

#[test]
fn edges_to_missing_nodes_are_left_out() {
    let graph = graph(2, [(0, 7), (9, 1), (usize::MAX, 0), (0, 1)]);
    assert_eq!(check(&graph).arcs.len(), 1);
    assert_eq!(dot(&graph).matches("->").count(), 1);
}

#[test]
fn loop_edges_are_those_that_return() {
    let nested = graph(6, [(0, 1), (1, 2), (2, 3), (3, 2), (3, 4), (4, 1), (1, 5)]);
    assert_eq!(loops(&check(&nested)), [(3, 2), (4, 1)]);
    let irreducible = graph(4, [(0, 1), (0, 2), (1, 2), (2, 1), (2, 3)]);
    assert_eq!(loops(&check(&irreducible)).len(), 1);
    let diamond = graph(4, [(0, 1), (0, 2), (1, 3), (2, 3)]);
    assert!(loops(&check(&diamond)).is_empty());
}

#[test]
fn a_branch_is_symmetric() {
    let drawing = check(&graph(4, [(0, 1), (0, 2), (1, 3), (2, 3)]));
    let centre = |at: usize| drawing.boxes[at].x + drawing.boxes[at].w / 2;
    assert_eq!(centre(0), centre(3));
    assert_eq!(centre(1) + centre(2), 2 * centre(0));
}

#[test]
fn a_chain_is_straight() {
    let drawing = check(&graph(9, (0..8).map(|at| (at, at + 1))));
    assert!(drawing.routes.iter().all(|route| route.points.len() == 2 && route.points[0].0 == route.points[1].0));
}

#[test]
fn the_entry_is_at_the_top_wherever_it_is_listed() {
    let mut graph = graph(3, [(2, 0), (0, 1), (1, 2)]);
    graph.nodes[2].kind = NodeKind::Entry;
    let drawing = check(&graph);
    assert!(drawing.boxes[2].y < drawing.boxes[0].y && drawing.boxes[0].y < drawing.boxes[1].y);
}

#[test]
fn planar_loops_are_drawn_without_crossings() {
    let graph = graph(9, [(0, 1), (1, 2), (1, 8), (2, 3), (3, 4), (3, 7), (4, 5), (4, 6), (5, 3), (6, 3), (7, 1)]);
    let arcs = arcs::merge(&graph);
    let mut layered = layers::build(9, 0, &arcs).expect("few bends");
    assert_eq!(order::reduce_crossings(&mut layered), 0);
}

#[test]
fn sweeps_take_crossings_away() {
    // A walk meets 1, 5, 2, 4, 3: the line from 3 to 5 crosses that from 2 to 4.
    let graph = graph(6, [(0, 1), (0, 2), (0, 3), (1, 5), (2, 4), (3, 5)]);
    let mut layered = layers::build(6, 0, &arcs::merge(&graph)).expect("few bends");
    assert_eq!(order::reduce_crossings(&mut layered), 0);
}

#[test]
fn edges_between_the_same_blocks_are_one() {
    let mut graph = graph(2, []);
    graph.edges = (0..100).map(|value| edge(0, 1, &value.to_string(), EdgeKind::Case)).collect();
    graph.edges.push(edge(0, 1, "default", EdgeKind::Default));
    let drawing = check(&graph);
    assert_eq!(drawing.arcs.len(), 1);
    assert_eq!(
        (drawing.arcs[0].label.as_str(), drawing.arcs[0].kind),
        ("0, 1, 2, 3, 4, 5, 6, 7, … +93", EdgeKind::Case)
    );
    graph.edges = vec![edge(0, 1, "true", EdgeKind::True), edge(0, 1, "false", EdgeKind::False)];
    assert_eq!(check(&graph).arcs[0].kind, EdgeKind::Jump);
    assert!(svg(&graph).contains(">true, false</text>"));
}

#[test]
fn labels_of_a_switch_do_not_overlap() {
    let mut graph = graph(32, (1..31).map(|at| (at, 31)));
    let cases = (1..32).map(|at| edge(0, at, &format!("case {}", at * 1000), EdgeKind::Case));
    graph.edges.extend(cases);
    let drawing = check(&graph);
    let labels = drawing.arcs.iter().zip(&drawing.routes).filter(|(arc, _)| !arc.label.is_empty());
    let rects: Vec<Rect> = labels.map(|(_, r)| Rect { x: r.label.0, y: r.label.1 - 9, w: 70, h: 10 }).collect();
    for (at, a) in rects.iter().enumerate() {
        assert!(!rects[..at].iter().any(|b| meet(a, b)) && !drawing.boxes.iter().any(|b| meet(a, b)), "{a:?}");
    }
}

#[test]
fn long_text_is_shortened_and_the_picture_says_so() {
    let lines: Vec<String> = (0..200).map(|at| format!("line {at}")).collect();
    let mut big = graph(1, []);
    big.nodes[0].lines = lines;
    let shown = text::show(&big.nodes[0], text::MAX_LINES);
    assert_eq!(shown.lines.len(), text::MAX_LINES);
    assert_eq!(shown.lines[38..], ["… 161 lines not shown …", "line 199"]);
    assert!(svg(&big).contains("200 lines, some of it not shown") && dot(&big).contains("161 lines not shown"));
    assert!(text::show(&node("^x", &["a"]), 1).lines == ["a"] && !text::show(&node("^x", &["a"]), 1).shortened);
}

#[test]
fn cut_text_fits_its_columns() {
    assert_eq!(text::cut("abcdef", 6), "abcdef");
    assert_eq!(text::cut("abcdefg", 6), "abcde…");
    assert_eq!(text::cut("日本語日", 6), "日本…");
    assert_eq!(text::cut("", 0), "");
}

#[test]
fn any_text_is_escaped() {
    let mut graph = graph(2, []);
    graph.title = "<&\">\u{0}".to_owned();
    graph.nodes[0] = node("a<b\"", &["x & y\\l\u{1b}[0m", "two\nlines\u{ffff}"]);
    graph.edges = vec![edge(0, 1, "</text>\\", EdgeKind::True)];
    let picture = svg(&graph);
    for text in [
        ">&lt;&amp;&quot;&gt;\u{fffd}</text>",
        ">a&lt;b&quot;</text>",
        ">x &amp; y\\l\u{fffd}[0m</text>",
        ">two lines\u{fffd}</text>",
        ">&lt;/text&gt;\\</text>",
    ] {
        assert!(picture.contains(text), "{text}");
    }
    let script = dot(&graph);
    for text in [
        "digraph \"<&amp;\\\">\u{fffd}\"",
        "n0 [label=\"a<b\\\"\\lx &amp; y\\\\l\u{fffd}[0m\\ltwo lines\u{fffd}\\l\"]",
        "n0 -> n1 [label=\"</text>\\\\\",",
    ] {
        assert!(script.contains(text), "{text}\n{script}");
    }
}

#[test]
fn arcs_to_one_block_share_their_bends() {
    let count = 10_000;
    let edges = (0..count).flat_map(|at| [(at, at + 1), (at, count + 1)]);
    let graph = graph(count + 2, edges);
    let layered = layers::build(count + 2, 0, &arcs::merge(&graph)).expect("few bends");
    assert!(layered.rank.len() <= 2 * count + 2, "{}", layered.rank.len());
    assert_eq!(layered.layers.len(), count + 1);
}

#[test]
fn too_many_bends_give_a_column() {
    let count = 4_000;
    let edges = (0..count).flat_map(|at| [(at, at + 1), (at, (at + count / 3).min(count))]);
    let graph = graph(count + 1, edges);
    assert!(layers::build(count + 1, 0, &arcs::merge(&graph)).is_none());
    check_column(&graph);
}

#[test]
fn too_many_nodes_give_a_column_of_short_boxes() {
    let mut graph = graph(MAX_NODES + 1, (0..MAX_NODES).flat_map(|at| [(at, at + 1), (at, at / 2)]));
    graph.nodes[5].lines = vec!["text".to_owned(); 30];
    assert_eq!(check_column(&graph).shown[5].lines.len(), 4);
}

fn check_column(graph: &Graph) -> Drawing {
    let drawing = draw(graph);
    let mut rows: Vec<&Rect> = drawing.boxes.iter().collect();
    rows.sort_by_key(|b| b.y);
    assert!(rows.windows(2).all(|pair| pair[0].y + pair[0].h < pair[1].y));
    for (arc, route) in drawing.arcs.iter().zip(&drawing.routes) {
        let (from, to) = (&drawing.boxes[arc.from], &drawing.boxes[arc.to]);
        let (first, last) = (route.points[0], route.points[route.points.len() - 1]);
        assert_eq!((first.1, last.1), (from.y + from.h, to.y));
        assert!(route.back == (to.y <= from.y));
    }
    drawing
}

#[test]
fn a_small_column_keeps_to_the_rules_too() {
    let graph = graph(6, [(0, 1), (1, 1), (1, 4), (4, 0), (2, 5), (3, 2), (0, 5)]);
    let mut drawing = draw(&graph);
    drawing.routes = super::column::route(6, 0, &drawing.arcs, &mut drawing.boxes);
    for b in &mut drawing.boxes {
        (b.x, b.y) = (b.x + 500, b.y + 500);
    }
    let points = drawing.routes.iter_mut().flat_map(|route| &mut route.points);
    points.for_each(|p| *p = (p.0 + 500, p.1 + 500));
    (drawing.width, drawing.height) = (1000, 2000);
    check_boxes(&drawing);
    check_lines(&drawing);
    check_routes(&drawing);
}

#[test]
fn deep_graphs_do_not_exhaust_the_stack() {
    let count = 15_000;
    let back = (1..count).step_by(2).map(|at| (at, at - 1));
    let chain = graph(count, (0..count - 1).map(|at| (at, at + 1)).chain(back));
    assert_eq!(draw(&chain).routes.iter().filter(|route| route.back).count(), count / 2);
}

fn any_kind() -> impl Strategy<Value = EdgeKind> {
    use EdgeKind::{Case, Default, False, Jump, True};
    prop::sample::select(vec![Jump, True, False, Case, Default])
}

fn any_graph() -> impl Strategy<Value = Graph> {
    let lines = prop::collection::vec(prop::collection::vec("[ -~]{0,30}", 0..4), 1..24);
    lines.prop_flat_map(|lines| {
        let count = lines.len();
        let nodes: Vec<Node> =
            lines.into_iter().map(|lines| Node { title: "^b".to_owned(), lines, kind: NodeKind::Plain }).collect();
        let edges = prop::collection::vec((0..count, 0..count, "[a-z<&]{0,12}", any_kind()), 0..60);
        edges.prop_map(move |edges| Graph {
            title: "@any".to_owned(),
            nodes: nodes.clone(),
            edges: edges.into_iter().map(|(from, to, label, kind)| Edge { from, to, label, kind }).collect(),
        })
    })
}

proptest! {
    #[test]
    fn every_drawing_keeps_to_the_rules(graph in any_graph()) {
        check(&graph);
    }

    #[test]
    fn the_same_graph_gives_the_same_bytes(graph in any_graph()) {
        prop_assert_eq!(svg(&graph), svg(&graph.clone()));
        prop_assert_eq!(dot(&graph), dot(&graph.clone()));
    }

    #[test]
    fn nothing_is_counted_twice_or_lost(graph in any_graph()) {
        let drawing = draw(&graph);
        let picture = svg(&graph);
        prop_assert_eq!(picture.matches("<path class=\"line\" d=\"M").count() - legend_lines(&picture), drawing.arcs.len());
        prop_assert_eq!(picture.matches("<rect class=\"frame\"").count(), graph.nodes.len());
    }
}

fn legend_lines(picture: &str) -> usize {
    picture.lines().filter(|line| line.contains("class=\"key\"") && line.contains("class=\"line\"")).count()
}
