//! `holdfast train --challenger`: where the build has gradient boosting, it is told how it would have ranked, and nothing of it is used; where it has none, what to do.

use super::site::Site;
use super::{played, stored};

#[test]
fn the_challenger_is_told_of_and_never_used() {
    let site = Site::new("challenger", "");
    stored(&site, &played());
    let folder = site.folder.path().join("models");
    let train = ["train", "--tenant", "world", "--site", "centre", "--zone", "UTC", "--output", folder.to_str().unwrap()];
    let challenged = site.output(&[&train[..], &["--challenger"]].concat());
    let told = String::from_utf8_lossy(&challenged.stderr).into_owned() + &String::from_utf8_lossy(&challenged.stdout);
    if !cfg!(feature = "challenger") {
        assert_eq!(challenged.status.code(), Some(65));
        assert!(told.contains("this build has none; build with `cargo build --release --features challenger"), "{told}");
        return;
    }
    assert!(challenged.status.success() && told.contains("gradient boosting"), "{told}");
    let model = |folder: &std::path::Path| {
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let of = |extension: &str| files.filter(|path| path.extension().is_some_and(|found| found == extension)).collect::<Vec<_>>();
        std::fs::read_to_string(&of("json")[0]).unwrap()
    };
    let with = model(&folder);
    std::fs::remove_dir_all(&folder).unwrap();
    site.run(&train);
    assert_eq!(with, model(&folder), "the model is the same without");
}
