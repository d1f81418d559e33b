#include "account/engine/object_target.h"

#include "account/engine/name_lookup.h"
#include "account/engine/statement_error.h"

namespace lifeboat::account {

Result<const Object*> GetObject(const StatementContext& context, sql::ObjectKind sql_kind,
                                const sql::ObjectName& name) {
  const std::optional<ObjectKind> kind = ToObjectKind(sql_kind);
  if (!kind) return UnsupportedFeature(std::string(sql::KindName(sql_kind)) + " objects");
  switch (*kind) {
    case ObjectKind::kAccount:
      return context.snapshot().Get(kAccountId);
    case ObjectKind::kSchema:
      return GetSchema(context, name);
    case ObjectKind::kTable:
    case ObjectKind::kIcebergTable:
    case ObjectKind::kView: {
      LIFEBOAT_ASSIGN_OR_RETURN(const Object* relation, GetRelation(context, name));
      const bool is_view = relation->kind() == ObjectKind::kView;
      const bool fits = *kind == ObjectKind::kView
                            ? is_view
                            : !is_view && (*kind == ObjectKind::kTable || relation->kind() == *kind);
      if (!fits) return DoesNotExist(*kind, context.snapshot().QualifiedName(*relation), nullptr);
      return relation;
    }
    default:
      return GetAccountObject(context, *kind, name);
  }
}

std::string ObjectText(const StatementContext& context, const Object& object) {
  return object.id == kAccountId ? context.engine().options.account
                                 : context.snapshot().QualifiedName(object);
}

Status CheckOwner(const StatementContext& context, const Object& object) {
  if (context.authorizer().Owns(object.id)) return Status::Ok();
  return InsufficientPrivileges(object.kind(), object.name);
}

}  // namespace lifeboat::account
