#include "account/engine/show.h"

#include "account/engine/name_lookup.h"
#include "account/engine/object_rows.h"
#include "account/engine/object_target.h"
#include "account/engine/statement_error.h"

namespace lifeboat::account {
namespace {

// What cannot be entered by name in IN is answered as if it did not exist.
Status HideMissing(const Status& status) {
  return status.code() == StatusCode::kNotFound ? CannotBePerformed() : status;
}

}  // namespace

Result<ShowResult> ShowResult::Make(const StatementContext& context, const sql::ShowStatement& statement,
                                    std::initializer_list<ColumnSpec> columns) {
  ShowResult result(columns);
  if (statement.like != nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(result.like_, context.FoldText(*statement.like));
  }
  if (statement.starts_with != nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(result.starts_with_, context.FoldText(*statement.starts_with));
  }
  if (statement.limit_from != nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(result.from_, context.FoldText(*statement.limit_from));
  }
  result.limit_ = statement.limit;
  return result;
}

bool ShowResult::Wants(const std::string& name) const {
  if (limit_ && added_ >= *limit_) return false;
  if (like_ && !MatchesLike(name, *like_)) return false;
  if (starts_with_ && name.rfind(*starts_with_, 0) != 0) return false;
  return !from_ || name > *from_;
}

void ShowResult::Add(std::vector<Cell> cells) {
  ++added_;
  builder_.AddRow(std::move(cells));
}

Result<const Object*> DatabaseInScope(const StatementContext& context, const sql::ShowStatement& statement) {
  switch (statement.in_kind) {
    case sql::ScopeKind::kAccount:
      return nullptr;
    case sql::ScopeKind::kNone: {
      // The current database if there is one, else the account.
      const Result<const Object*> current = CurrentDatabase(context, "SHOW");
      return current.ok() ? *current : nullptr;
    }
    case sql::ScopeKind::kDatabase:
    case sql::ScopeKind::kUnspecified: {
      if (statement.in_name.empty()) return CurrentDatabase(context, "SHOW");
      const Result<const Object*> database = GetDatabase(context, statement.in_name);
      if (!database.ok()) return HideMissing(database.status());
      return *database;
    }
    default:
      return UnsupportedFeature("this IN clause of SHOW");
  }
}

Result<std::vector<const Object*>> SchemasInScope(const StatementContext& context,
                                                  const sql::ShowStatement& statement) {
  std::vector<const Object*> schemas;
  const auto add_all = [&](const Object& database) {
    for (const Object* schema : VisibleSchemas(context, database)) schemas.push_back(schema);
  };
  switch (statement.in_kind) {
    case sql::ScopeKind::kSchema:
    case sql::ScopeKind::kUnspecified: {
      const Result<const Object*> schema =
          statement.in_name.empty() ? CurrentSchema(context, "SHOW") : GetSchema(context, statement.in_name);
      if (schema.ok()) return std::vector<const Object*>{*schema};
      // IN name without a keyword may also be a database.
      if (statement.in_kind == sql::ScopeKind::kUnspecified) {
        const Result<const Object*> database = GetDatabase(context, statement.in_name);
        if (database.ok()) {
          add_all(**database);
          return schemas;
        }
      }
      return HideMissing(schema.status());
    }
    case sql::ScopeKind::kNone: {
      const Result<const Object*> schema = CurrentSchema(context, "SHOW");
      if (schema.ok()) return std::vector<const Object*>{*schema};
      break;
    }
    default:
      break;
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const Object* database, DatabaseInScope(context, statement));
  if (database != nullptr) {
    add_all(*database);
    return schemas;
  }
  for (const Object* each : context.snapshot().All(ObjectKind::kDatabase)) add_all(*each);
  return schemas;
}

}  // namespace lifeboat::account
