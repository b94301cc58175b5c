//! The grants of `deploy/clickhouse/attrition_access.sql`, under names of the test's own. The local engine enforces roles, grants, row policies and views with the
//! rights of their owner; everybody is `default` to `currentUser()`: what a leader sees is tried with a leader of that name.

use crate::centre::Centre;
use crate::site::root;

/// The roles that people have, with the ending of their names.
const ROLES: [&str; 5] = ["operations", "service", "teams", "leader", "fairness"];

/// How a row policy begins. The local front asks everybody for the rights that its condition needs, so that they are made when all else was tried.
const POLICY: &str = "CREATE ROW POLICY";

/// Users with the roles; gone with the test.
pub struct Access<'c> {
    centre: &'c Centre,
}

impl<'c> Access<'c> {
    pub fn new(centre: &'c Centre) -> Self {
        let access = Access { centre };
        for statement in access.statements().iter().filter(|statement| !statement.starts_with(POLICY)) {
            access.run("default", statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
        }
        for role in ROLES {
            let user = access.user(role);
            access.run("default", &format!("CREATE USER IF NOT EXISTS {user} IDENTIFIED BY 'secret'")).expect("a user");
            access.run("default", &format!("GRANT {} TO {user}", access.role(role))).expect("it is granted");
        }
        access
    }

    fn statements(&self) -> Vec<String> {
        let text = std::fs::read_to_string(root().join("deploy/clickhouse/attrition_access.sql")).expect("the file");
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("--")).collect();
        let statements =
            lines.join("\n").split(";\n").map(|statement| self.renamed(statement.trim().trim_end_matches(';'))).collect::<Vec<_>>();
        statements.into_iter().filter(|statement| !statement.is_empty()).collect()
    }

    fn renamed(&self, statement: &str) -> String {
        let own = &self.centre.site.database;
        let names = [
            ("holdfast_leaders", "_leaders"),
            ("holdfast_attrition.", "_attrition."),
            ("holdfast.", "."),
            ("holdfast_attrition_", "_r_"),
            ("holdfast_operations", "_r_operations"),
            ("holdfast_own_team", "_own"),
        ];
        names.iter().fold(statement.to_owned(), |text, (from, to)| text.replace(from, &format!("{own}{to}")))
    }

    fn role(&self, role: &str) -> String {
        format!("{}_r_{role}", self.centre.site.database)
    }

    fn user(&self, role: &str) -> String {
        format!("{}_u_{role}", self.centre.site.database)
    }

    /// What a user of a role gets; what ClickHouse says if it refuses.
    pub fn ask(&self, role: &str, sql: &str) -> Result<String, String> {
        // Whoever may not even use the database that is asked from would be refused for that.
        let database = if ["teams", "leader"].contains(&role) { "holdfast_leaders" } else { "holdfast." };
        self.run_in(self.renamed(database).trim_end_matches('.'), &self.user(role), &self.renamed(sql))
    }

    /// Whoever grants a leader the tables themselves, by mistake, shows the events of signals of the own team, and no scores or days.
    pub fn the_second_wall_holds(&self) {
        let as_admin = |sql: &str| self.run("default", &self.renamed(sql)).unwrap_or_else(|error| panic!("{sql}: {error}"));
        let tables = ["signal_events", "scores", "agent_days"].map(|table| format!("holdfast_attrition.{table}"));
        let count = |role: &str, table: &str, agents: &str| {
            let said = self.ask(role, &format!("SELECT count() AS n FROM {table} WHERE agent LIKE '{agents}'")).expect("it is read");
            said.lines().nth(1).map(str::to_owned).expect("a number")
        };
        as_admin("INSERT INTO holdfast_attrition.scores (tenant, site, agent, day) VALUES ('default', 'north', 'agent-101', 19783)");
        let policies: Vec<String> = self.statements().into_iter().filter(|statement| statement.starts_with(POLICY)).collect();
        assert_eq!(policies.len(), tables.len());
        for policy in &policies {
            as_admin(policy);
        }
        for table in &tables {
            as_admin(&format!("GRANT SELECT ON {table} TO holdfast_attrition_leader"));
        }
        let of = |role: &str| tables.each_ref().map(|table| ["agent-1%", "agent-2%"].map(|agents| count(role, table, agents)));
        let rows = |own: &str, others: &str| [own, others].map(str::to_owned);
        assert_eq!(of("leader"), [rows("6", "0"), rows("0", "0"), rows("0", "0")]);
        let all = as_admin(
            "SELECT count() AS n, (SELECT count() FROM holdfast_attrition.scores) AS scores, (SELECT count() FROM holdfast_attrition.agent_days) AS days FROM holdfast_attrition.signal_events",
        );
        assert_eq!(all.lines().nth(1), Some("7,9,8"));
        assert_eq!(
            self.ask("leader", "SELECT count() AS n FROM holdfast_leaders.v_my_signals").expect("it is read").lines().nth(1),
            Some("2")
        );
        // As of now: s2 was of an agent who is in another team since.
        as_admin(
            "INSERT INTO holdfast.reference (tenant, kind, id, valid_from, attributes, version) VALUES ('default', 'agent', 'agent-102', now64(6) - INTERVAL 1 SECOND, map('team', 'blue'), 2)",
        );
        assert_eq!(count("leader", &tables[0], "agent-1%"), "4");
        for table in &tables {
            as_admin(&format!("REVOKE SELECT ON {table} FROM holdfast_attrition_leader"));
        }
    }

    fn run(&self, user: &str, sql: &str) -> Result<String, String> {
        self.run_in("default", user, sql)
    }

    fn run_in(&self, database: &str, user: &str, sql: &str) -> Result<String, String> {
        let password = if user == "default" { "" } else { "secret" };
        let (user, password) = (format!("clickhouse.user={user}"), format!("clickhouse.password={password}"));
        let database = format!("clickhouse.database={database}");
        let words = ["--set", &user, "--set", &password, "--set", &database, "warehouse", "query", "--format", "csv", sql];
        let output = self.centre.site.output(&words);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
    }
}

impl Drop for Access<'_> {
    fn drop(&mut self) {
        for table in ["signal_events", "scores", "agent_days"] {
            let policy = format!("DROP ROW POLICY IF EXISTS holdfast_own_team ON holdfast_attrition.{table}");
            let _ = self.run("default", &self.renamed(&policy));
        }
        for role in ROLES {
            let _ = self.run("default", &format!("DROP USER IF EXISTS {}", self.user(role)));
            let _ = self.run("default", &format!("DROP ROLE IF EXISTS {}", self.role(role)));
        }
        // The owner of views cannot go before them.
        let _ = self.run("default", &self.renamed("DROP DATABASE IF EXISTS holdfast_leaders"));
        let _ = self.run("default", &self.renamed("DROP USER IF EXISTS holdfast_attrition_owner"));
    }
}
