// SHOW DATABASES and SHOW SCHEMAS.
#include "account/engine/object_rows.h"
#include "account/engine/show.h"

namespace lifeboat::account {

Result<QueryResult> ShowDatabases(StatementContext& context, const sql::ShowStatement& statement) {
  LIFEBOAT_ASSIGN_OR_RETURN(ShowResult result, ShowResult::Make(context, statement,
                                                                {{"created_on", ColumnType::kTimestampLtz},
                                                                 {"name"},
                                                                 {"is_default"},
                                                                 {"is_current"},
                                                                 {"origin"},
                                                                 {"owner"},
                                                                 {"comment"},
                                                                 {"options"},
                                                                 {"retention_time"},
                                                                 {"kind"},
                                                                 {"budget"},
                                                                 {"owner_role_type"}}));
  for (const Object* database : context.snapshot().All(ObjectKind::kDatabase)) {
    const bool visible =
        context.authorizer().CanSee(*database) || context.authorizer().Has("USAGE", database->id);
    if (!visible || !result.Wants(database->name)) continue;
    const auto& body = database->as<Database>();
    result.Add({TimeCell(database->created_micros), database->name, "N",
                YesNoCell(database->name == context.session().database), "",
                context.snapshot().NameOf(database->owner), database->comment,
                body.is_transient ? "TRANSIENT" : "", std::to_string(body.retention_days),
                body.link ? "CATALOG-LINKED DATABASE" : "STANDARD", NullCell(), OwnerRoleType(*database)});
  }
  return result.Take();
}

Result<QueryResult> ShowSchemas(StatementContext& context, const sql::ShowStatement& statement) {
  LIFEBOAT_ASSIGN_OR_RETURN(ShowResult result, ShowResult::Make(context, statement,
                                                                {{"created_on", ColumnType::kTimestampLtz},
                                                                 {"name"},
                                                                 {"is_default"},
                                                                 {"is_current"},
                                                                 {"database_name"},
                                                                 {"owner"},
                                                                 {"comment"},
                                                                 {"options"},
                                                                 {"retention_time"},
                                                                 {"owner_role_type"}}));
  LIFEBOAT_ASSIGN_OR_RETURN(const Object* only, DatabaseInScope(context, statement));
  for (const Object* database : context.snapshot().All(ObjectKind::kDatabase)) {
    if (only != nullptr && database != only) continue;
    if (!context.authorizer().Has("USAGE", database->id) && !context.authorizer().CanSee(*database)) continue;
    const bool is_current_database = database->name == context.session().database;
    const auto add = [&](const std::string& name, const Object& about, const std::string& owner) {
      if (!result.Wants(name)) return;
      result.Add({TimeCell(about.created_micros), name, "N",
                  YesNoCell(is_current_database && name == context.session().schema), database->name, owner,
                  about.id == database->id ? "Views describing the contents of schemas in this database"
                                           : about.comment,
                  "", "1", owner.empty() ? "" : "ROLE"});
    };
    bool information_schema_done = false;
    for (const Object* schema : VisibleSchemas(context, *database)) {
      if (!information_schema_done && schema->name > "INFORMATION_SCHEMA") {
        add("INFORMATION_SCHEMA", *database, "");
        information_schema_done = true;
      }
      add(schema->name, *schema, context.snapshot().NameOf(schema->owner));
    }
    if (!information_schema_done) add("INFORMATION_SCHEMA", *database, "");
  }
  return result.Take();
}

}  // namespace lifeboat::account
