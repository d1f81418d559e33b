#include "account/sql/parser.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "account/sql/sql_error.h"
#include "base/testing.h"

namespace lifeboat::account::sql {
namespace {

template <typename T>
T ParseAs(std::string_view sql) {
  Result<Statement> statement = Parse(sql);
  EXPECT_TRUE(statement.ok()) << sql << "\n" << statement.status().ToString();
  if (!statement.ok() || !std::holds_alternative<T>(statement->node)) {
    ADD_FAILURE() << "another kind of statement: " << sql;
    return T();
  }
  return std::get<T>(std::move(statement->node));
}

std::string Text(const Property* property) {
  if (property == nullptr) return "(absent)";
  if (const auto* word = std::get_if<PropertyWord>(&property->value.node)) return ToString(word->name);
  if (const auto* value = std::get_if<PropertyExpression>(&property->value.node)) {
    const auto* literal = std::get_if<Literal>(&value->expression->node);
    return literal == nullptr ? "(expression)" : literal->text;
  }
  return std::holds_alternative<PropertyList>(property->value.node) ? "(list)" : "(block)";
}

const Select& SelectOf(const Query& query) {
  return std::get<Select>(query.body->node);
}

// --- errors

struct ErrorCase {
  std::string_view sql;
  int line;
  int position;
  std::string_view unexpected;
};

TEST(ParserTest, SyntaxErrorsNameTheOffendingToken) {
  const ErrorCase cases[] = {
      {"selec 1", 1, 0, "selec"},
      {"select 1 +", 1, 10, "<EOF>"},
      {"select a,\n  from from t", 2, 7, "from"},
      {"select * from t where", 1, 21, "<EOF>"},
      {"select (1", 1, 9, "<EOF>"},
      {"select 1 2", 1, 9, "2"},
      {"select 'é', )", 1, 12, ")"},
      {"create table t", 1, 14, "<EOF>"},
      {"create nonsense x", 1, 7, "nonsense"},
      {"create pipe p", 1, 7, "pipe"},
      {"grant select on table t", 1, 23, "<EOF>"},
      {"show everything", 1, 5, "everything"},
      {"use role 1", 1, 9, "1"},
      {"select 1; select 2", 1, 10, "select"},
      {"select 'open", 1, 7, "'open"},
      {"alter warehouse w fly", 1, 18, "fly"},
      {"copy into t from @s", 1, 0, "copy"},
      {"update t set", 1, 12, "<EOF>"},
      {"select case end", 1, 15, "<EOF>"},
  };
  for (const ErrorCase& c : cases) {
    const Result<Statement> statement = Parse(c.sql);
    ASSERT_FALSE(statement.ok()) << c.sql;
    const Status status = statement.status();
    const auto* error = status.detail<SqlError>();
    ASSERT_NE(error, nullptr) << c.sql;
    EXPECT_EQ(error->code, "001003");
    EXPECT_EQ(error->sql_state, "42000");
    EXPECT_EQ(status.message(),
              fmt::format("SQL compilation error:\nsyntax error line {} at position {} unexpected '{}'.",
                          c.line, c.position, c.unexpected))
        << c.sql;
    EXPECT_EQ(error->line, c.line) << c.sql;
    EXPECT_EQ(error->position, c.position) << c.sql;
  }
}

TEST(ParserTest, DepthAndSizeAreBounded) {
  EXPECT_FALSE(Parse("select " + std::string(100000, '(') + "1" + std::string(100000, ')')).ok());
  EXPECT_TRUE(Parse("select " + std::string(50, '(') + "1" + std::string(50, ')')).ok());
  EXPECT_FALSE(Parse("select " + std::string(100000, '-') + "1\n").ok());
  EXPECT_FALSE(Parse(std::string(kMaxStatementBytes + 1, ' ')).ok());
  std::string chain = "select 'a'";
  for (int i = 0; i < 900; ++i) chain += " || 'b'";
  EXPECT_TRUE(Parse(chain).ok());
  for (int i = 0; i < 200; ++i) chain += " || 'b'";
  EXPECT_FALSE(Parse(chain).ok());
  std::string casts = "select 1";
  for (int i = 0; i < 5000; ++i) casts += "::int";
  EXPECT_FALSE(Parse(casts).ok());
  std::string nots = "select";
  for (int i = 0; i < 5000; ++i) nots += " not";
  EXPECT_FALSE(Parse(nots + " true").ok());
  std::string unions = "select 1";
  for (int i = 0; i < 5000; ++i) unions += " union all select 1";
  EXPECT_TRUE(Parse(unions).ok()) << "branches of a set operation are siblings, not nested";
}

// --- statements as a whole

TEST(ParserTest, EmptyAndText) {
  for (std::string_view sql : {"", "  \n", "-- nothing", "/* a /* b */ c */", ";", " ; -- x"}) {
    const Result<Statement> statement = Parse(sql);
    ASSERT_OK(statement);
    EXPECT_TRUE(std::holds_alternative<EmptyStatement>(statement->node)) << sql;
  }
  const Result<Statement> statement = Parse("  select 1 /* x */ + 2 ;  ");
  ASSERT_OK(statement);
  EXPECT_EQ(statement->text, "select 1 /* x */ + 2");
}

TEST(ParserTest, BindsAreNamedInOrderOfAppearance) {
  const Result<Statement> statement = Parse("select ?, :name, ?, :2, :name");
  ASSERT_OK(statement);
  EXPECT_EQ(statement->bind_names, (std::vector<std::string>{"1", "NAME", "2"}));
}

// --- queries and expressions

TEST(ParserTest, PrecedenceOfOperators) {
  const auto select = ParseAs<SelectStatement>("select 1 + 2 * 3 = 7 and not a or b");
  const auto& top = std::get<Binary>(SelectOf(*select.query).items[0].expression->node);
  EXPECT_EQ(top.op, BinaryOperator::kOr);
  const auto& conjunction = std::get<Binary>(top.left->node);
  EXPECT_EQ(conjunction.op, BinaryOperator::kAnd);
  const auto& equality = std::get<Binary>(conjunction.left->node);
  EXPECT_EQ(equality.op, BinaryOperator::kEqual);
  const auto& sum = std::get<Binary>(equality.left->node);
  EXPECT_EQ(sum.op, BinaryOperator::kAdd);
  EXPECT_EQ(std::get<Binary>(sum.right->node).op, BinaryOperator::kMultiply);
}

TEST(ParserTest, SubtractionLeansLeft) {
  const auto select = ParseAs<SelectStatement>("select 5 - 3 - 1");
  const auto& top = std::get<Binary>(SelectOf(*select.query).items[0].expression->node);
  EXPECT_TRUE(std::holds_alternative<Binary>(top.left->node));
  EXPECT_TRUE(std::holds_alternative<Literal>(top.right->node));
}

TEST(ParserTest, AliasesMayLookLikeKeywords) {
  const auto select = ParseAs<SelectStatement>(
      "select 1 rows, 2 count, 3 hour, 4 source, 5 step, 6 account, 7 org, 8 status, 9 report, 10 category, "
      "11 as "
      "select, 12 as \"order\" from t as values");
  const Select& block = SelectOf(*select.query);
  ASSERT_EQ(block.items.size(), 12u);
  EXPECT_EQ(block.items[0].alias->text, "ROWS");
  EXPECT_EQ(block.items[10].alias->text, "SELECT");
  EXPECT_EQ(block.items[11].alias->text, "order");
  EXPECT_EQ(block.from->alias.name.text, "VALUES");
}

TEST(ParserTest, SetOperationsKeepOrderAndIntersectBindsTighter) {
  const auto select =
      ParseAs<SelectStatement>("select 1 union all select 2 minus select 3 intersect select 4 order by 1");
  const auto& chain = std::get<SetOperation>(select.query->body->node);
  ASSERT_EQ(chain.rest.size(), 2u);
  EXPECT_TRUE(chain.rest[0].all);
  EXPECT_EQ(chain.rest[1].op, SetOperator::kExcept);
  EXPECT_TRUE(std::holds_alternative<SetOperation>(chain.rest[1].body->node));
  EXPECT_EQ(select.query->order_by.size(), 1u);
}

TEST(ParserTest, PathsKeepTheSpellingOfFields) {
  const auto select = ParseAs<SelectStatement>("select v:Camel.inner[0]['k']::string");
  const auto& cast = std::get<Cast>(SelectOf(*select.query).items[0].expression->node);
  EXPECT_EQ(cast.type.name, "STRING");
  const auto& key = std::get<Subscript>(cast.operand->node);
  const auto& index = std::get<Subscript>(key.operand->node);
  const auto& inner = std::get<Path>(index.operand->node);
  EXPECT_EQ(inner.field, "inner");
  EXPECT_EQ(std::get<Path>(inner.operand->node).field, "Camel");
}

TEST(ParserTest, QueriesThatMustParse) {
  const std::string_view queries[] = {
      "with recursive r(n) as (select 1 union all select n + 1 from r where n < 5) select * from r",
      "select * exclude (a, b) rename (c as d) from t",
      "select t.*, u.* ilike '%id%' from t join u using (id)",
      "select * from a left join b on a.x = b.x full outer join c on true cross join d, e natural join f",
      "select * from table(f(a => 1, b => dateadd('hour', -1, current_timestamp()))) as x (c1, c2)",
      "select f.value:name::string from t, lateral flatten(input => t.v) f",
      "select * from (values (1, 'a'), (2, 'b')) as v (id, name)",
      "select * from t sample (10 rows) where a in (1, 2) and b not in (select c from d)",
      "select * from t at (timestamp => '2024-01-01'::timestamp)",
      "select a, count(distinct b) from t group by 1 having count(*) > 1 order by 2 desc nulls last limit 5 "
      "offset 2",
      "select a from t group by rollup (a, b), grouping sets ((a), (), (a, b))",
      "select a, sum(b) from t group by all order by all",
      "select row_number() over (partition by a order by b desc) rn from t qualify rn = 1",
      "select sum(a) over w from t window w as (order by b rows between unbounded preceding and current row)",
      "select listagg(distinct a, ',') within group (order by a) from t",
      "select first_value(a) ignore nulls over (order by b) from t",
      "select case a when 1 then 'x' else 'y' end, case when a is not null then 1 end from t",
      "select cast(a as number(10, 2)), try_cast('1' as int), a::timestamp_ntz(9), date '2024-01-01' from t",
      "select a between 1 and 2 and b like 'x\\\\_%' escape '\\\\' or c ilike any ('a%', 'b%') or d rlike "
      "'.*' from t",
      "select a is distinct from b, exists (select 1), x = any (select 1), extract(year from d) from t",
      "select {'a': 1, 'b': [1, 2]}, interval '1 day', x'CAFE', $1, t.$2, $v, identifier($c) from t",
      "((select 1) union all (select 2)) order by 1 limit 1",
      "select * from ((select 1 as a) union (select 2)) t",
      "select ((select 1) + 1), (select max(a) from t) m",
      "select left('abc', 1), right('abc', 1), insert('abc', 1, 1, 'x'), replace('a', 'b')",
      "select db.s.f(1), system$typeof(1), current_date, current_timestamp::date",
      "select top 5 a from t",
      "select a from t where (a, b) in ((1, 2), (3, 4))",
      "select * from identifier('a.b.c')",
      "select * from db..t",
      "values (1), (2)",
      "select 1 fetch first 3 rows only",
      "select \"campaign_id\", campaign_id from ICEBERG_DEMO_CLD.ICEBERG_ADVERTISING_DB.\"campaigns\" as c",
  };
  for (std::string_view query : queries) {
    const Result<Statement> statement = Parse(query);
    EXPECT_TRUE(statement.ok()) << query << "\n" << statement.status().ToString();
    EXPECT_TRUE(statement.ok() && std::holds_alternative<SelectStatement>(statement->node)) << query;
  }
}

TEST(ParserTest, TopIsTheLimitOfItsQuery) {
  const auto select = ParseAs<SelectStatement>("select top 3 a from t order by a");
  ASSERT_NE(select.query->limit, nullptr);
  EXPECT_EQ(std::get<Literal>(select.query->limit->node).text, "3");
  EXPECT_EQ(SelectOf(*select.query).top, nullptr);
}

// --- session

TEST(ParserTest, UseAndSet) {
  EXPECT_EQ(ParseAs<UseStatement>("use role r").kind, UseKind::kRole);
  EXPECT_EQ(ParseAs<UseStatement>("use a.b").kind, UseKind::kSchema);
  EXPECT_EQ(ParseAs<UseStatement>("use a").kind, UseKind::kDatabase);
  EXPECT_EQ(ParseAs<UseStatement>("use secondary roles none").secondary, SecondaryRoles::kNone);
  const auto set = ParseAs<SetStatement>("set (a, b) = ('x' || $v || 'y', 2)");
  EXPECT_EQ(set.names, (std::vector<std::string>{"A", "B"}));
  EXPECT_EQ(set.values.size(), 2u);
  EXPECT_EQ(ParseAs<TransactionStatement>("start transaction name t").name, "T");
  const auto session =
      ParseAs<AlterSessionStatement>("alter session /* JDBC */ set autocommit=false timezone = 'UTC'");
  ASSERT_EQ(session.set.size(), 2u);
  EXPECT_EQ(Text(&session.set[0]), "FALSE");
}

// --- account objects

TEST(ParserTest, LinkedDatabase) {
  const auto create = ParseAs<CreateObjectStatement>(R"(
      CREATE OR REPLACE DATABASE ICEBERG_DEMO_CLD
        LINKED_CATALOG = (
          CATALOG = 'REST_GLUE_CATALOG_INT',   -- the integration
          ALLOWED_NAMESPACES = ('iceberg_advertising_db')
          NAMESPACE_MODE = IGNORE_NESTED_NAMESPACE, SYNC_INTERVAL_SECONDS = 60
          ALLOWED_WRITE_OPERATIONS = NONE
        )
        EXTERNAL_VOLUME = ICEBERG_EXT_VOLUME
        COMMENT = 'linked';)");
  EXPECT_TRUE(create.flags.or_replace);
  EXPECT_EQ(create.kind, ObjectKind::kDatabase);
  EXPECT_EQ(Text(FindProperty(create.properties, "COMMENT")), "linked");
  const Property* linked = FindProperty(create.properties, "LINKED_CATALOG");
  ASSERT_NE(linked, nullptr);
  const auto& block = std::get<PropertyBlock>(linked->value.node).properties;
  EXPECT_EQ(block.size(), 5u);
  EXPECT_EQ(Text(FindProperty(block, "CATALOG")), "REST_GLUE_CATALOG_INT");
  EXPECT_EQ(Text(FindProperty(block, "ALLOWED_NAMESPACES")), "(list)");
  EXPECT_EQ(Text(FindProperty(block, "SYNC_INTERVAL_SECONDS")), "60");
  EXPECT_EQ(Text(FindProperty(block, "ALLOWED_WRITE_OPERATIONS")), "NONE");
}

TEST(ParserTest, CatalogIntegrationWithNestedBlocks) {
  const auto create = ParseAs<CreateObjectStatement>(R"(
      CREATE CATALOG INTEGRATION IF NOT EXISTS REST_INT
        CATALOG_SOURCE = ICEBERG_REST TABLE_FORMAT = ICEBERG CATALOG_NAMESPACE = $ns
        REST_CONFIG = (CATALOG_URI = 'http://127.0.0.1:1/' || $path, CATALOG_NAME = 'lake' -- name
                       ACCESS_DELEGATION_MODE = VENDED_CREDENTIALS)
        REST_AUTHENTICATION = (TYPE = OAUTH OAUTH_CLIENT_ID = 'id' OAUTH_CLIENT_SECRET = 's'
                               OAUTH_ALLOWED_SCOPES = ('PRINCIPAL_ROLE:ALL'))
        ENABLED = TRUE)");
  EXPECT_TRUE(create.flags.if_not_exists);
  EXPECT_EQ(create.kind, ObjectKind::kCatalogIntegration);
  EXPECT_EQ(Text(FindProperty(create.properties, "ENABLED")), "TRUE");
  const auto& rest =
      std::get<PropertyBlock>(FindProperty(create.properties, "REST_CONFIG")->value.node).properties;
  EXPECT_EQ(Text(FindProperty(rest, "CATALOG_URI")), "(expression)");
  EXPECT_EQ(Text(FindProperty(rest, "ACCESS_DELEGATION_MODE")), "VENDED_CREDENTIALS");
}

TEST(ParserTest, ExternalVolumeHasAListOfBlocks) {
  const auto create = ParseAs<CreateObjectStatement>(R"(create external volume v storage_locations = (
      (name = 'a' storage_provider = 'S3' storage_base_url = 's3://b/'), (name = 'b')) allow_writes = false)");
  const auto& list = std::get<PropertyList>(FindProperty(create.properties, "STORAGE_LOCATIONS")->value.node);
  ASSERT_EQ(list.values.size(), 2u);
  EXPECT_EQ(std::get<PropertyBlock>(list.values[0].node).properties.size(), 3u);
}

TEST(ParserTest, AlterDatabaseVerbs) {
  EXPECT_EQ(ParseAs<AlterObjectStatement>("alter database d refresh").verb, AlterVerb::kRefresh);
  EXPECT_EQ(ParseAs<AlterObjectStatement>("alter database d suspend discovery").verb,
            AlterVerb::kSuspendDiscovery);
  EXPECT_EQ(ParseAs<AlterObjectStatement>("alter database if exists d resume discovery").verb,
            AlterVerb::kResumeDiscovery);
  const auto update =
      ParseAs<AlterObjectStatement>("alter database d update linked_catalog set sync_interval_seconds = 30");
  EXPECT_EQ(update.verb, AlterVerb::kUpdateLinkedCatalog);
  EXPECT_EQ(Text(FindProperty(update.properties, "SYNC_INTERVAL_SECONDS")), "30");
  EXPECT_EQ(ToString(ParseAs<AlterObjectStatement>("alter database d rename to e").target), "E");
}

// --- tables and views

TEST(ParserTest, TableDefinition) {
  const auto create = ParseAs<CreateTableStatement>(R"(CREATE OR REPLACE TRANSIENT TABLE m.sync_log (
      log_id NUMBER AUTOINCREMENT START 10 INCREMENT 5,
      at TIMESTAMP_NTZ DEFAULT CURRENT_TIMESTAMP() NOT NULL COMMENT 'when',
      name VARCHAR(100) NOT NULL, amount NUMBER(12, 2) DEFAULT 0, v VARIANT, "Mixed Case" STRING,
      PRIMARY KEY (log_id), CONSTRAINT u UNIQUE (name)) COMMENT = 'log')");
  EXPECT_TRUE(create.transient);
  ASSERT_EQ(create.columns.size(), 6u);
  EXPECT_EQ(create.columns[0].autoincrement->start, 10);
  EXPECT_EQ(create.columns[0].autoincrement->step, 5);
  EXPECT_EQ(create.columns[1].default_text, "CURRENT_TIMESTAMP()");
  EXPECT_TRUE(create.columns[1].not_null);
  EXPECT_EQ(create.columns[1].comment, "when");
  EXPECT_EQ(create.columns[3].type->arguments, (std::vector<int64_t>{12, 2}));
  EXPECT_EQ(create.columns[5].name.text, "Mixed Case");
  EXPECT_EQ(create.constraints.size(), 2u);
  EXPECT_EQ(Text(FindProperty(create.properties, "COMMENT")), "log");
}

TEST(ParserTest, IcebergTableFromACatalog) {
  const auto create = ParseAs<CreateTableStatement>(
      "create or replace iceberg table t external_volume = 'V' catalog = 'C' catalog_table_name = "
      "'campaigns'");
  EXPECT_EQ(create.kind, ObjectKind::kIcebergTable);
  EXPECT_EQ(Text(FindProperty(create.properties, "CATALOG_TABLE_NAME")), "campaigns");
}

TEST(ParserTest, ViewsKeepTheirText) {
  const auto create = ParseAs<CreateViewStatement>(
      "CREATE OR REPLACE SECURE VIEW a.v (x COMMENT 'c', y) COMMENT = 'view' AS\n"
      "  SELECT a, /* kept */ b\n  FROM t -- kept too\n  WHERE a > 1  ;\n");
  EXPECT_TRUE(create.secure);
  EXPECT_EQ(create.comment, "view");
  EXPECT_EQ(create.columns[0].comment, "c");
  EXPECT_EQ(create.query_text, "SELECT a, /* kept */ b\n  FROM t -- kept too\n  WHERE a > 1");
  EXPECT_EQ(create.text.substr(0, 31), "CREATE OR REPLACE SECURE VIEW a");
  EXPECT_TRUE(create.text.ends_with("WHERE a > 1"));
}

TEST(ParserTest, AlterTableActions) {
  const auto add =
      ParseAs<AlterTableStatement>("alter table t add column if not exists a int, b varchar(5) not null");
  ASSERT_EQ(add.actions.size(), 1u);
  EXPECT_EQ(add.actions[0].kind, TableActionKind::kAddColumns);
  EXPECT_EQ(add.actions[0].columns.size(), 2u);
  EXPECT_EQ(ParseAs<AlterTableStatement>("alter table t rename column a to b").actions[0].new_name.text, "B");
  EXPECT_EQ(ParseAs<AlterTableStatement>("alter table t alter column a set not null").actions[0].kind,
            TableActionKind::kSetNotNull);
  EXPECT_EQ(ParseAs<AlterTableStatement>("alter iceberg table t refresh").actions[0].kind,
            TableActionKind::kRefresh);
}

// --- access control

TEST(ParserTest, Grants) {
  const auto role = ParseAs<GrantRoleStatement>("grant role a to user \"b c\"");
  EXPECT_EQ(role.grantee.kind, GranteeKind::kUser);
  EXPECT_EQ(role.grantee.name.last(), "b c");
  const auto future = ParseAs<GrantPrivilegesStatement>(
      "grant select, insert on future iceberg tables in schema a.b to role r with grant option");
  EXPECT_EQ(future.privileges, (std::vector<std::string>{"SELECT", "INSERT"}));
  EXPECT_EQ(future.target.scope, GrantScope::kFutureIn);
  EXPECT_EQ(future.target.kind, ObjectKind::kIcebergTable);
  EXPECT_EQ(ToString(future.target.container), "A.B");
  EXPECT_TRUE(future.grant_option);
  const auto account =
      ParseAs<GrantPrivilegesStatement>("grant create integration, execute task on account to role r");
  EXPECT_EQ(account.privileges[1], "EXECUTE TASK");
  EXPECT_EQ(account.target.scope, GrantScope::kAccount);
  const auto all =
      ParseAs<GrantPrivilegesStatement>("revoke all privileges on database d from role r cascade");
  EXPECT_TRUE(all.revoke && all.all_privileges && all.cascade);
  EXPECT_EQ(ParseAs<GrantOwnershipStatement>("grant ownership on schema a.b to role r copy current grants")
                .current_grants,
            CurrentGrants::kCopy);
  EXPECT_EQ(ParseAs<GrantPrivilegesStatement>("grant usage on external volume v to role r").target.kind,
            ObjectKind::kExternalVolume);
}

// --- inspection

TEST(ParserTest, Show) {
  const auto tables = ParseAs<ShowStatement>(
      "show terse /* JDBC:DatabaseMetaData.getTables() */ tables like 'A%' in schema a.b starts with 'A' "
      "limit 5 from 'AA'");
  EXPECT_TRUE(tables.terse);
  EXPECT_EQ(tables.object_kind, ObjectKind::kTable);
  EXPECT_EQ(tables.in_kind, ScopeKind::kSchema);
  EXPECT_EQ(ToString(tables.in_name), "A.B");
  EXPECT_EQ(tables.limit, 5);
  EXPECT_NE(tables.starts_with, nullptr);
  EXPECT_EQ(ParseAs<ShowStatement>("show databases in account").in_kind, ScopeKind::kAccount);
  EXPECT_EQ(ParseAs<ShowStatement>("show roles in failover group g").in_kind, ScopeKind::kFailoverGroup);
  EXPECT_EQ(ParseAs<ShowStatement>("show primary keys in table t").kind, ShowKind::kPrimaryKeys);
  EXPECT_EQ(ParseAs<ShowStatement>("show grants to role r").grants, GrantsOf::kTo);
  EXPECT_EQ(ParseAs<ShowStatement>("show grants on external volume v").on.kind, ObjectKind::kExternalVolume);
  EXPECT_EQ(ParseAs<ShowStatement>("show grants on account").on.scope, GrantScope::kAccount);
  EXPECT_EQ(ParseAs<ShowStatement>("show grants of role r").grants, GrantsOf::kOf);
  EXPECT_EQ(ParseAs<ShowStatement>("show future grants in database d").grants, GrantsOf::kIn);
  EXPECT_EQ(ParseAs<ShowStatement>("show organization accounts").kind, ShowKind::kOrganizationAccounts);
  EXPECT_EQ(ParseAs<ShowStatement>("show materialized views in schema s").object_kind,
            ObjectKind::kMaterializedView);
}

TEST(ParserTest, Describe) {
  EXPECT_EQ(ParseAs<DescribeStatement>("describe t").kind, ObjectKind::kTable);
  EXPECT_EQ(ParseAs<DescribeStatement>("desc catalog integration i").kind, ObjectKind::kCatalogIntegration);
  EXPECT_EQ(ParseAs<DescribeStatement>("desc external volume v").kind, ObjectKind::kExternalVolume);
}

// --- data

TEST(ParserTest, Dml) {
  const auto insert = ParseAs<InsertStatement>("insert overwrite into a.t (x, y) select 1, 2");
  EXPECT_TRUE(insert.overwrite);
  EXPECT_EQ(insert.columns.size(), 2u);
  EXPECT_EQ(ParseAs<UpdateStatement>("update t x set a = 1, x.b = b + 1 from u where u.id = x.id")
                .assignments.size(),
            2u);
  EXPECT_NE(ParseAs<DeleteStatement>("delete from t using u where t.id = u.id").using_tables, nullptr);
  const auto merge = ParseAs<MergeStatement>(
      "merge into t using (select 1 as id) s on t.id = s.id when matched and s.id > 1 then delete "
      "when matched then update set a = s.id when not matched then insert (id) values (s.id)");
  ASSERT_EQ(merge.clauses.size(), 3u);
  EXPECT_EQ(merge.clauses[0].action, MergeActionKind::kDelete);
  EXPECT_NE(merge.clauses[0].condition, nullptr);
  EXPECT_EQ(merge.clauses[2].action, MergeActionKind::kInsert);
  EXPECT_TRUE(ParseAs<TruncateStatement>("truncate table if exists t").if_exists);
}

// --- scripts

TEST(SplitStatementsTest, CutsAtSemicolonsOutsideLiterals) {
  const std::string script =
      "-- head\nselect ';';\n\n/* ; */ create view v as select \"a;b\" from t; -- tail\nselect $$;$$ ;;\n-- "
      "end";
  const std::vector<ScriptStatement> statements = SplitStatements(script);
  ASSERT_EQ(statements.size(), 3u);
  EXPECT_EQ(statements[0].line, 2);
  EXPECT_TRUE(statements[1].text.ends_with("from t"));
  EXPECT_EQ(statements[1].line, 4);
  EXPECT_TRUE(statements[2].text.ends_with("$$;$$"));
}

TEST(SplitStatementsTest, KeepsBodiesAndBlocksWhole) {
  const std::string procedure =
      "create procedure p() returns variant language python as $$\nx = f($$select ';'$$)\nreturn "
      "1\n$$;\nselect 1;";
  ASSERT_EQ(SplitStatements(procedure).size(), 2u);
  const std::string block =
      "begin\n let x := 1;\n if (x = 1) then select case when true then 1 end; end if;\n return "
      "x;\nend;\nselect 2;";
  const std::vector<ScriptStatement> statements = SplitStatements(block);
  ASSERT_EQ(statements.size(), 2u);
  EXPECT_EQ(statements[1].text, "select 2");
  EXPECT_EQ(SplitStatements("begin; select 1; commit;").size(), 3u);
  EXPECT_EQ(SplitStatements("begin transaction; select 1; end_of_it;").size(), 3u);
}

}  // namespace
}  // namespace lifeboat::account::sql
