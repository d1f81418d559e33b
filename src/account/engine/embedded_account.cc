#include "account/engine/embedded_account.h"

#include <filesystem>
#include <system_error>

#include "account/engine/account_engine.h"
#include "account/engine/engine_session.h"
#include "account/engine/native_tables.h"
#include "account/objects/password.h"
#include "account/sql/parser.h"
#include "account/sql/sql_error.h"
#include "base/log.h"

namespace lifeboat::account {
namespace {

std::string ToUpper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return text;
}

Status BadCredentials() {
  return sql::MakeSqlError(StatusCode::kUnauthenticated, "390100", "08001",
                           "Incorrect username or password was specified.");
}

// Two letters and five digits, from the account's names: stable, and different for every account of an
// organization.
std::string LocatorOf(const std::string& organization, const std::string& account) {
  uint64_t hash = 1469598103934665603ull;  // FNV-1a
  for (const char c : organization + "." + account)
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  return fmt::format("{}{}{:05}", static_cast<char>('A' + hash % 26), static_cast<char>('A' + hash / 26 % 26),
                     hash / 676 % 100'000);
}

// "name" as typed at login: unquoted names fold, quoted ones do not.
std::string LoginName(const std::string& typed) {
  if (typed.size() >= 2 && typed.front() == '"' && typed.back() == '"')
    return typed.substr(1, typed.size() - 2);
  return ToUpper(typed);
}

class Service : public AccountService {
 public:
  explicit Service(std::shared_ptr<AccountEngine> engine) : engine_(std::move(engine)) {}

  std::string account_name() const override { return engine_->options.account; }
  std::string organization_name() const override { return engine_->options.organization; }
  Result<std::shared_ptr<Session>> Login(const LoginRequest& request) override;
  Result<std::shared_ptr<Session>> Resume(const SessionState& state) override;

 private:
  Result<std::shared_ptr<Session>> Open(SessionContext context);
  Status ChooseObjects(const LoginRequest& request, const User& user, SessionContext& context) const;
  bool IsAssigned(const Snapshot& snapshot, ObjectId user, const std::string& role) const;

  std::shared_ptr<AccountEngine> engine_;
};

bool Service::IsAssigned(const Snapshot& snapshot, ObjectId user, const std::string& name) const {
  const Object* role = snapshot.Find(ObjectKind::kRole, kAccountId, name);
  if (role == nullptr) return false;
  for (const ObjectId granted : Authorizer::RolesOf(snapshot, user)) {
    if (Authorizer::Closure(snapshot, granted).contains(role->id)) return true;
  }
  return false;
}

Result<std::shared_ptr<Session>> Service::Open(SessionContext context) {
  context.id = engine_->next_session_id++;
  LIFEBOAT_ASSIGN_OR_RETURN(std::unique_ptr<DuckConnection> duck, engine_->duck->Connect());
  return std::shared_ptr<Session>(
      std::make_shared<EngineSession>(engine_, std::move(duck), std::move(context)));
}

// What the client asked for, else the user's defaults, else PUBLIC. Only a role that was asked for is
// insisted on.
Status Service::ChooseObjects(const LoginRequest& request, const User& user, SessionContext& context) const {
  const std::shared_ptr<const Snapshot> snapshot = engine_->objects->Current();
  if (!request.role.empty()) {
    context.role = LoginName(request.role);
    if (!IsAssigned(*snapshot, context.user, context.role)) {
      return sql::MakeSqlError(
          StatusCode::kPermissionDenied, "390189", "08001",
          fmt::format("Role '{}' specified in the connect string does not exist or not authorized. "
                      "Contact your local system administrator, or attempt to login with another "
                      "role, e.g. PUBLIC.",
                      context.role));
    }
  } else {
    context.role = IsAssigned(*snapshot, context.user, user.default_role) ? user.default_role : "PUBLIC";
  }
  const std::string warehouse =
      request.warehouse.empty() ? user.default_warehouse : LoginName(request.warehouse);
  if (snapshot->Find(ObjectKind::kWarehouse, kAccountId, warehouse) != nullptr) context.warehouse = warehouse;
  const std::string database = request.database.empty() ? user.default_database : LoginName(request.database);
  const Object* found = snapshot->Find(ObjectKind::kDatabase, kAccountId, database);
  if (found == nullptr) return Status::Ok();
  context.database = database;
  std::string schema = request.schema.empty() ? user.default_schema : LoginName(request.schema);
  if (schema.empty()) schema = "PUBLIC";
  if (snapshot->Find(ObjectKind::kSchema, found->id, schema) != nullptr) context.schema = schema;
  return Status::Ok();
}

Result<std::shared_ptr<Session>> Service::Login(const LoginRequest& request) {
  const std::shared_ptr<const Snapshot> snapshot = engine_->objects->Current();
  const std::string name = LoginName(request.user);
  const Object* object = snapshot->Find(ObjectKind::kUser, kAccountId, name);
  // An unknown user costs as much time as a wrong password.
  const bool right =
      VerifyPassword(request.password, object == nullptr ? "" : object->as<User>().password_hash);
  if (object == nullptr || !right) return BadCredentials();
  const auto& user = object->as<User>();
  if (user.disabled) {
    return sql::MakeSqlError(StatusCode::kUnauthenticated, "390101", "08001", "User access disabled.");
  }
  SessionContext context;
  context.user = object->id;
  context.user_name = object->name;
  context.secondary_roles_all = user.secondary_roles_all;
  for (const auto& [key, value] : request.parameters) context.parameters[ToUpper(key)] = value;
  LIFEBOAT_RETURN_IF_ERROR(ChooseObjects(request, user, context));
  return Open(std::move(context));
}

Result<std::shared_ptr<Session>> Service::Resume(const SessionState& state) {
  const std::shared_ptr<const Snapshot> snapshot = engine_->objects->Current();
  const Object* object = snapshot->Find(ObjectKind::kUser, kAccountId, state.user);
  if (object == nullptr) return BadCredentials();
  const auto& user = object->as<User>();
  if (user.disabled) {
    return sql::MakeSqlError(StatusCode::kUnauthenticated, "390101", "08001", "User access disabled.");
  }
  SessionContext context;
  context.user = object->id;
  context.user_name = object->name;
  context.secondary_roles_all = user.secondary_roles_all;
  context.parameters = state.parameters;
  context.role = IsAssigned(*snapshot, object->id, state.role) ? state.role : "PUBLIC";
  if (snapshot->Find(ObjectKind::kWarehouse, kAccountId, state.warehouse) != nullptr) {
    context.warehouse = state.warehouse;
  }
  if (const Object* database = snapshot->Find(ObjectKind::kDatabase, kAccountId, state.database)) {
    context.database = state.database;
    if (snapshot->Find(ObjectKind::kSchema, database->id, state.schema) != nullptr)
      context.schema = state.schema;
  }
  for (const auto& [name, literal] : state.variables) {
    LIFEBOAT_ASSIGN_OR_RETURN(const sql::ExpressionPtr expression, sql::ParseExpression(literal));
    LIFEBOAT_ASSIGN_OR_RETURN(context.variables[name], sql::FoldConstant(*expression, {}));
  }
  return Open(std::move(context));
}

Status CheckOptions(const EmbeddedAccountOptions& options) {
  if (options.dir.empty() || options.dir[0] != '/') {
    return Status::InvalidArgument("account folder '{}' must be an absolute path", options.dir);
  }
  if (options.account.empty() || options.organization.empty()) {
    return Status::InvalidArgument("an account needs a name and an organization");
  }
  if (options.storage == nullptr)
    return Status::InvalidArgument("account '{}' needs a storage", options.account);
  return Status::Ok();
}

Status CreateAdmin(AccountEngine& engine) {
  const EmbeddedAccountOptions& options = engine.options;
  const std::shared_ptr<const Snapshot> snapshot = engine.objects->Current();
  if (!snapshot->All(ObjectKind::kUser).empty()) return Status::Ok();
  if (options.admin_password.empty()) {
    return Status::InvalidArgument("account '{}' is new and needs an administrator's password",
                                   options.account);
  }
  User user;
  LIFEBOAT_ASSIGN_OR_RETURN(user.password_hash, HashPassword(options.admin_password, *options.random));
  user.default_role = "ACCOUNTADMIN";
  Object object;
  object.name = ToUpper(options.admin_user);
  object.owner = snapshot->Find(ObjectKind::kRole, kAccountId, "ACCOUNTADMIN")->id;
  const ObjectId role = object.owner;
  object.body = std::move(user);
  const std::unique_ptr<Transaction> transaction = engine.objects->Begin();
  LIFEBOAT_ASSIGN_OR_RETURN(const ObjectId id, transaction->Create(std::move(object)));
  transaction->AddRoleGrant(role, id, kNoObject);
  return transaction->Commit();
}

}  // namespace

Result<std::unique_ptr<AccountService>> EmbeddedAccount::Open(EmbeddedAccountOptions options) {
  LIFEBOAT_RETURN_IF_ERROR(CheckOptions(options));
  std::error_code error;
  std::filesystem::create_directories(options.dir + "/tmp", error);
  if (error) {
    return Status::FailedPrecondition("account folder '{}' cannot be created: {}", options.dir,
                                      error.message());
  }
  auto engine = std::make_shared<AccountEngine>();
  engine->options = std::move(options);
  const EmbeddedAccountOptions& kept = engine->options;
  engine->locator = LocatorOf(kept.organization, kept.account);
  LIFEBOAT_ASSIGN_OR_RETURN(engine->objects, ObjectStore::Open(kept.dir + "/account.sqlite", *kept.clock));
  LIFEBOAT_RETURN_IF_ERROR(CreateAdmin(*engine));
  DuckOptions duck;
  duck.path = kept.dir + "/tables.duckdb";
  duck.temp_directory = kept.dir + "/tmp";
  duck.storage = kept.storage;
  duck.threads = kept.threads;
  duck.memory_limit_bytes = kept.memory_limit_bytes;
  LIFEBOAT_ASSIGN_OR_RETURN(engine->duck, DuckDatabase::Open(duck));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::unique_ptr<DuckConnection> cleaner, engine->duck->Connect());
  LIFEBOAT_RETURN_IF_ERROR(RemoveOrphans(*cleaner, *engine->objects->Current()));
  engine->links = std::make_unique<LinkedCatalogs>(kept, *engine->objects);
  engine->links->StartBackground();
  return std::unique_ptr<AccountService>(std::make_unique<Service>(std::move(engine)));
}

}  // namespace lifeboat::account
