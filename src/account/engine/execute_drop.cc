#include "account/engine/execute.h"
#include "account/engine/name_lookup.h"
#include "account/engine/native_tables.h"
#include "account/engine/object_target.h"
#include "account/engine/result_builder.h"
#include "account/engine/statement_error.h"
#include "account/sql/sql_error.h"

namespace lifeboat::account {
namespace {

// An integration or volume that a linked database depends on stays.
Status CheckUnused(const StatementContext& context, const Object& object) {
  for (const Object* database : context.snapshot().All(ObjectKind::kDatabase)) {
    const auto& link = database->as<Database>().link;
    if (!link) continue;
    const bool used = (object.kind() == ObjectKind::kIntegration && link->integration == object.name) ||
                      (object.kind() == ObjectKind::kExternalVolume && link->external_volume == object.name);
    if (!used) continue;
    return sql::MakeSqlError(
        StatusCode::kFailedPrecondition, "093521", "42601",
        fmt::format("SQL compilation error:\n{} '{}' cannot be dropped because database {} is "
                    "linked through it; drop that database first.",
                    KindName(object.kind()), object.name, database->name));
  }
  return Status::Ok();
}

Status CheckDroppable(const StatementContext& context, const Object& object) {
  if (const Role* role = object.get_if<Role>(); role != nullptr && role->is_system) {
    return InsufficientPrivileges(ObjectKind::kRole, object.name);
  }
  if (object.kind() == ObjectKind::kUser && object.id == context.session().user) {
    return sql::MakeSqlError(StatusCode::kFailedPrecondition, "003094", "42501",
                             "SQL access control error:\nA user cannot drop itself.");
  }
  LIFEBOAT_RETURN_IF_ERROR(CheckOwner(context, object));
  const Object* database = context.snapshot().DatabaseOf(object);
  const bool inside_link = database != nullptr && database->id != object.id && database->as<Database>().link;
  if (inside_link && object.kind() != ObjectKind::kView) {
    return UnsupportedFeature("dropping " + context.snapshot().QualifiedName(object) +
                              ", which would drop it in the linked catalog; drop it there");
  }
  return CheckUnused(context, object);
}

// The session's current objects must not outlive what they name.
void ForgetDropped(StatementContext& context, const Object& object) {
  SessionContext& session = context.session();
  if (object.kind() == ObjectKind::kDatabase && session.database == object.name) {
    session.database.clear();
    session.schema.clear();
  }
  if (object.kind() == ObjectKind::kSchema && session.schema == object.name &&
      session.database == context.snapshot().NameOf(object.parent)) {
    session.schema.clear();
  }
  if (object.kind() == ObjectKind::kWarehouse && session.warehouse == object.name) session.warehouse.clear();
}

}  // namespace

Result<QueryResult> ExecuteDrop(StatementContext& context, const sql::DropStatement& statement) {
  if (statement.undrop) return UnsupportedFeature("UNDROP");
  const Result<const Object*> found = GetObject(context, statement.kind, statement.name);
  if (!found.ok()) {
    const bool missing =
        found.status().code() == StatusCode::kNotFound || found.status().code() == StatusCode::kUnsupported;
    if (!missing || !statement.if_exists) return found.status();
    return StatusResult("Drop statement executed successfully (" + ToString(statement.name) +
                        " already dropped).");
  }
  const Object object = **found;
  LIFEBOAT_RETURN_IF_ERROR(CheckDroppable(context, object));
  const std::vector<Table> storage = TablesIn(context.snapshot(), object);
  {
    const std::unique_ptr<Transaction> transaction = context.engine().objects->Begin();
    LIFEBOAT_RETURN_IF_ERROR(transaction->Drop(object.id));
    LIFEBOAT_RETURN_IF_ERROR(transaction->Commit());
  }
  ForgetDropped(context, object);
  context.Refresh();
  DropStorage(context.duck(), storage);
  QueryResult result = StatusResult(QuoteIdentifier(object.name) + " successfully dropped.");
  result.session_changed = true;
  return result;
}

}  // namespace lifeboat::account
