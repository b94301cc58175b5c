//! `docs/kpis.md` is what the catalogue says.

#[test]
fn the_page_is_generated_from_the_catalogue() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/kpis.md");
    let page = std::fs::read_to_string(path).unwrap_or_default();
    let expected = kpi::markdown();
    let different = page.lines().zip(expected.lines()).position(|(one, two)| one != two);
    assert!(
        page == expected,
        "docs/kpis.md is not what the catalogue says (first difference at line {:?}): run cargo run -p kpi --example write_kpis > docs/kpis.md",
        different.map(|line| line + 1)
    );
}
