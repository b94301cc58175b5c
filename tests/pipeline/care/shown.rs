//! What a leader's own SQL shows of sites whose early warnings are suspended or switched off: nothing, and why.

use crate::access::Access;
use crate::centre::Centre;
use crate::site::until;
use std::time::Duration;

/// For a leader's own SQL; a site that is switched off is so within a turn, and since when stays while the reason does.
pub fn the_process_says_what_is_shown(centre: &Centre) {
    let row = |of: &str| centre.rows(&format!("SELECT {of} FROM v_display WHERE site = 'north'"));
    let is = |why: &str| {
        let wanted = [serde_json::json!({"shown": false, "why": why})];
        until(Duration::from_secs(60), &format!("it is written: {why}"), || (row("shown, why") == wanted).then_some(()));
    };
    is("little_better_than_chance");
    let since = row("since");
    let configured = std::fs::read_to_string(centre.site.config()).expect("a file");
    std::fs::write(centre.site.config(), format!("{configured}\n[attrition.sites.north]\nenabled = false\n")).expect("it is written");
    is("switched_off");
    assert_ne!(row("since"), since);
    std::fs::write(centre.site.config(), configured).expect("it is written");
    is("little_better_than_chance");
}

/// s1 is open: no reasons; s2 is acknowledged; s3 is contested; s4 is of another team; s5 is kept silent. None is shown where the service has not said lately that the site's are.
pub fn a_leaders_sql_shows_what_is_shown(centre: &Centre, access: &Access<'_>) {
    let read = |sql: &str| access.ask("leader", sql).expect("it is read").lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    let seen = || read("SELECT signal_id, reasons FROM holdfast_leaders.v_my_signals ORDER BY signal_id");
    let display = || read("SELECT site, shown, why FROM holdfast_leaders.v_my_display");
    let state = |site: &str, reason: &str, minutes: u32, version: u32| {
        let at = format!("now64(6) - INTERVAL {minutes} MINUTE");
        let sql = format!("INSERT INTO display_states SELECT 'default', '{site}', '{reason}', {at}, {at}, {version}");
        centre.execute(&sql);
    };
    // Red has eight agents, so that its signals are counted for the dashboard: where they are shown.
    let columns = "tenant, site, agent, day, team, leader, version";
    centre.execute(&format!(
        "INSERT INTO agent_days ({columns}) SELECT 'default', 'north', concat('agent-', toString(101 + number)), 19783, 'red', 'default', 1 FROM numbers(8)"
    ));
    let of_teams = || {
        let said = access.ask("teams", "SELECT sum(opened) AS n FROM holdfast_leaders.v_team_signals").expect("it is read");
        said.lines().nth(1).map(str::to_owned)
    };
    let sizes = || access.ask("teams", "SELECT team, agents FROM holdfast_leaders.v_team_sizes").expect("it is read").lines().count() - 1;
    // And so that the site has a quality; and something that happened to a group.
    let scored = "'default', 'north', 19783, concat('agent-', toString(101 + number)), 'scored', 0.1, 0.1, 'm', 1, 1";
    centre.execute(&format!(
        "INSERT INTO scores (tenant, site, day, agent, standing, probability, base, model_id, feature_schema, version) SELECT {scored} FROM numbers(8)"
    ));
    centre.execute("INSERT INTO formed_days (tenant, site, day, version) VALUES ('default', 'north', 19850, 1)");
    let columns = "tenant, site, notice_id, kind, group_kind, group_name, cause, day, began_day, agents, version";
    let of_group = "'default', 'north', 'n1', 'began', 'team', 'red', 'measures', 19783, 19783, 9, 1";
    centre.execute(&format!("INSERT INTO group_notices ({columns}) VALUES ({of_group})"));
    let number = |of: &str| {
        let said = access.ask("teams", &format!("SELECT count() AS n FROM holdfast_leaders.{of}")).expect("it is read");
        said.lines().nth(1).map(str::to_owned).expect("a number")
    };
    let of_site = || {
        [number("v_group_events"), number("v_signal_quality(tenant = 'default', site = 'north', zone = 'UTC') AS q WHERE q.period = 'all'")]
    };
    assert_eq!((seen(), display()), (vec![], vec!["\"north\",false,\"not_checked\"".to_owned()]), "nobody has said that they are shown");
    assert_eq!((of_teams().as_deref(), sizes()), (Some("0"), 0));
    state("south", "", 0, 1);
    assert_eq!(seen(), [""; 0], "another site's are");
    state("north", "", 14, 1);
    assert_eq!(
        (seen(), display()),
        (["\"s1\",\"[]\"", "\"s2\",\"['After-call work']\""].map(str::to_owned).to_vec(), vec!["\"north\",true,\"\"".to_owned()])
    );
    assert_eq!(
        read("SELECT signal_id, against, rules FROM holdfast_leaders.v_my_signals ORDER BY signal_id"),
        ["\"s1\",\"[]\",\"[]\"", "\"s2\",\"['Hired 400 days ago']\",\"['absence']\""]
    );
    assert_eq!((of_teams().as_deref(), sizes()), (Some("4"), 1), "all but the silent one; red has eight");
    for (version, reason) in [(2, "switched_off"), (3, "little_better_than_chance")] {
        state("north", reason, 0, version);
        assert_eq!((seen(), display()), (vec![], vec![format!("\"north\",false,\"{reason}\"")]));
        assert_eq!((of_teams().as_deref(), sizes()), (Some("0"), 0), "nor how many are on watch");
        let whole = if reason == "switched_off" { "0" } else { "1" };
        assert_eq!(of_site(), [whole, whole], "why they are suspended can be seen; of what is switched off nothing");
    }
    state("north", "", 16, 4);
    assert_eq!((seen(), display()), (vec![], vec!["\"north\",false,\"not_checked\"".to_owned()]), "nobody has looked for a while");
    state("north", "", 0, 5);
    assert_eq!(seen().len(), 2);
}
