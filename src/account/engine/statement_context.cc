#include "account/engine/statement_context.h"

#include <algorithm>

#include "account/engine/iceberg_scan.h"
#include "account/engine/statement_error.h"
#include "account/objects/privileges.h"
#include "account/sql/parser.h"

namespace lifeboat::account {

StatementContext::StatementContext(AccountEngine& engine, SessionContext& session, DuckConnection& duck,
                                   const std::string& query_id)
    : engine_(engine), session_(session), duck_(duck), query_id_(query_id) {
  Refresh();
}

StatementContext::~StatementContext() {
  for (const std::string& id : scan_ids_) engine_.duck->scans().Remove(id);
}

void StatementContext::Refresh() {
  snapshot_ = engine_.objects->Current();
  std::vector<ObjectId> secondary;
  if (session_.secondary_roles_all) {
    secondary = Authorizer::RolesOf(*snapshot_, session_.user);
  } else {
    for (const std::string& name : session_.secondary_roles) {
      if (const Object* role = snapshot_->Find(ObjectKind::kRole, kAccountId, name))
        secondary.push_back(role->id);
    }
  }
  authorizer_ = std::make_unique<Authorizer>(snapshot_, role(), secondary);
}

ObjectId StatementContext::role() const {
  const Object* role = snapshot_->Find(ObjectKind::kRole, kAccountId, session_.role);
  return role == nullptr ? kNoObject : role->id;
}

sql::ConstantScope StatementContext::constant_scope() const {
  sql::ConstantScope scope;
  scope.variable = [this](std::string_view name) -> std::optional<sql::Constant> {
    const auto found = session_.variables.find(std::string(name));
    if (found == session_.variables.end()) return std::nullopt;
    return found->second;
  };
  scope.bind = [this](std::string_view name) -> std::optional<sql::Constant> {
    const auto found = binds.find(std::string(name));
    if (found == binds.end()) return std::nullopt;
    return found->second;
  };
  return scope;
}

Result<sql::Constant> StatementContext::Fold(const sql::Expression& expression) const {
  return sql::FoldConstant(expression, constant_scope());
}

Result<std::string> StatementContext::FoldText(const sql::Expression& expression) const {
  LIFEBOAT_ASSIGN_OR_RETURN(const sql::Constant constant, Fold(expression));
  return constant.kind == sql::LiteralKind::kNull ? std::string() : constant.text;
}

Result<std::vector<sql::Identifier>> StatementContext::Parts(const sql::ObjectName& name) const {
  if (name.dynamic == nullptr) return name.parts;
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string text, FoldText(*name.dynamic));
  LIFEBOAT_ASSIGN_OR_RETURN(sql::ObjectName parsed, sql::ParseObjectName(text));
  for (sql::Identifier& part : parsed.parts) part.location = name.location;
  return std::move(parsed.parts);
}

void StatementContext::Warn(std::string warning) {
  if (std::find(warnings_.begin(), warnings_.end(), warning) == warnings_.end()) {
    warnings_.push_back(std::move(warning));
  }
}

std::string StatementContext::AddScan(std::shared_ptr<const IcebergScan> scan) {
  scan_ids_.push_back(engine_.duck->scans().Add(std::move(scan)));
  return "lb_iceberg_scan('" + scan_ids_.back() + "')";
}

Status StatementContext::CheckCreate(ObjectKind kind, ObjectId container) {
  const std::string privilege = CreatePrivilege(kind);
  if (authorizer_->Has(privilege, container, RoleScope::kPrimary)) return Status::Ok();
  const Object* parent = snapshot_->Get(container);
  if (!strict() && authorizer_->Has(privilege, container)) {
    Warn(fmt::format("role {} lacks {} on {}; a secondary role has it", session_.role, privilege,
                     parent == nullptr ? "the account" : snapshot_->QualifiedName(*parent)));
    return Status::Ok();
  }
  if (parent == nullptr || parent->kind() == ObjectKind::kAccount) {
    return InsufficientPrivileges(ObjectKind::kAccount, engine_.options.account);
  }
  return InsufficientPrivileges(parent->kind(), parent->name);
}

}  // namespace lifeboat::account
