#include "catalog/server/grant_changes.h"

#include <boost/json/serialize.hpp>
#include <map>
#include <optional>
#include <utility>

#include "catalog/access/policy_records.h"

namespace lifeboat::catalog {
namespace {

using access::Grant;
using access::Grantee;
using access::Privilege;
using access::PrivilegeSet;
using access::Securable;

// The grants after the transaction, by record key; none: to be deleted.
class Plan {
 public:
  explicit Plan(const access::Policy& policy) : policy_(policy) {}

  void Own(const std::string& creator, Securable object) {
    Put({{Grantee::Kind::kPrincipal, creator}, std::move(object), {Privilege::kSuper}, {Privilege::kSuper}});
  }
  void Drop(const Securable& object) {
    ForEachGrantOn(
        object, [this](const Grant& grant) { planned_[access::GrantKey(grant.grantee, grant.object)] = {}; });
  }
  void Move(const Securable& from, const Securable& to) {
    Drop(to);
    ForEachGrantOn(from, [&](Grant grant) {
      planned_[access::GrantKey(grant.grantee, grant.object)] = {};
      grant.object = to;
      Put(std::move(grant));
    });
  }
  void AppendTo(std::vector<Change>* changes) const {
    for (const auto& [key, grant] : planned_) {
      if (grant) {
        changes->push_back(
            PutRecordChange{key, boost::json::serialize(access::ToRecord(*grant).value), {}, false});
      } else {
        changes->push_back(DeleteRecordChange{key, {}});
      }
    }
  }

 private:
  void Put(Grant grant) {
    std::string key = access::GrantKey(grant.grantee, grant.object);
    planned_[std::move(key)] = std::move(grant);
  }
  template <typename Visit>
  void ForEachGrantOn(const Securable& object, Visit visit) const {
    for (const Grant& grant : policy_.model().grants) {
      if (grant.object == object) visit(grant);
    }
  }

  const access::Policy& policy_;
  std::map<std::string, std::optional<Grant>> planned_;
};

bool Creates(const std::vector<Change>& changes, const TableIdentifier& identifier) {
  for (const Change& change : changes) {
    const auto* create = std::get_if<CreateTableChange>(&change);
    if (create != nullptr && create->identifier == identifier) return true;
  }
  return false;
}

}  // namespace

bool MayChangeGrants(const std::vector<Change>& changes) {
  for (const Change& change : changes) {
    if (!std::holds_alternative<CommitTableChange>(change) &&
        !std::holds_alternative<UpdateNamespaceChange>(change) &&
        !std::holds_alternative<PutRecordChange>(change) &&
        !std::holds_alternative<DeleteRecordChange>(change)) {
      return true;
    }
  }
  return false;
}

void AddGrantChanges(const access::Policy& policy, const std::string& creator, std::vector<Change>* changes) {
  Plan plan(policy);
  for (const Change& change : *changes) {
    if (const auto* dropped = std::get_if<DropTableChange>(&change)) {
      // Registered anew in the same breath: the table stays, its metadata is another.
      if (!Creates(*changes, dropped->identifier)) plan.Drop(Securable::OfTable(dropped->identifier));
    } else if (const auto* gone = std::get_if<DropNamespaceChange>(&change)) {
      plan.Drop(Securable::OfNamespace(gone->name_space));
    } else if (const auto* renamed = std::get_if<RenameTableChange>(&change)) {
      plan.Move(Securable::OfTable(renamed->identifier), Securable::OfTable(renamed->renamed_to));
    } else if (creator.empty()) {
      continue;
    } else if (const auto* table = std::get_if<CreateTableChange>(&change)) {
      plan.Own(creator, Securable::OfTable(table->identifier));
    } else if (const auto* made = std::get_if<CreateNamespaceChange>(&change)) {
      plan.Own(creator, Securable::OfNamespace(made->name_space));
    }
  }
  plan.AppendTo(changes);
}

}  // namespace lifeboat::catalog
