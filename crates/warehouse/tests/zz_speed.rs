use warehouse::{Server, Settings, audit};
#[test]
fn speed() {
    let server = Server::new(&Settings { url: "http://127.0.0.1:30116".into(), database: "wh_speed".into(), user: "default".into(), password: String::new() });
    let rt = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for _ in 0..2 {
        let begun = std::time::Instant::now();
        let report = rt.block_on(audit(&server, &[], 20_000, 3)).unwrap();
        println!("{:?} {} {}", begun.elapsed(), report.total, report.facts);
    }
}
