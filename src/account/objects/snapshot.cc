#include "account/objects/snapshot.h"

#include <algorithm>

namespace lifeboat::account {
namespace {

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [&](char x, char y) { return lower(x) == lower(y); });
}

// The kind that stands for the name space in name keys.
ObjectKind NameSpaceOf(ObjectKind kind) {
  return SameNameSpace(kind, ObjectKind::kTable) ? ObjectKind::kTable : kind;
}

}  // namespace

Snapshot::NameKey Snapshot::KeyOf(const Object& object) {
  return {object.parent, NameSpaceOf(object.kind()), object.name};
}

void Snapshot::Put(std::shared_ptr<const Object> object) {
  if (const Object* old = Get(object->id)) by_name_.erase(KeyOf(*old));
  by_name_[KeyOf(*object)] = object->id;
  const ObjectId id = object->id;
  by_id_[id] = std::move(object);
}

void Snapshot::Erase(ObjectId id) {
  if (const Object* old = Get(id)) by_name_.erase(KeyOf(*old));
  by_id_.erase(id);
}

const Object* Snapshot::Get(ObjectId id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second.get();
}

const Object* Snapshot::Find(ObjectKind kind, ObjectId parent, std::string_view name) const {
  const auto found = by_name_.find(NameKey{parent, NameSpaceOf(kind), std::string(name)});
  if (found == by_name_.end()) return nullptr;
  const Object* object = Get(found->second);
  return object->kind() == kind ? object : nullptr;
}

const Object* Snapshot::FindRelation(ObjectId schema, std::string_view name) const {
  const auto found = by_name_.find(NameKey{schema, ObjectKind::kTable, std::string(name)});
  return found == by_name_.end() ? nullptr : Get(found->second);
}

const Object* Snapshot::FindIgnoringCase(ObjectKind kind, ObjectId parent, std::string_view name) const {
  const Object* match = nullptr;
  const auto first = by_name_.lower_bound(NameKey{parent, NameSpaceOf(kind), ""});
  for (auto it = first; it != by_name_.end() && std::get<0>(it->first) == parent &&
                        std::get<1>(it->first) == NameSpaceOf(kind);
       ++it) {
    const Object* object = Get(it->second);
    if (object->kind() != kind && kind != ObjectKind::kTable) continue;
    if (!EqualIgnoringCase(object->name, name)) continue;
    if (match != nullptr) return nullptr;
    match = object;
  }
  return match;
}

const Object* Snapshot::FindRelationIgnoringCase(ObjectId schema, std::string_view name) const {
  return FindIgnoringCase(ObjectKind::kTable, schema, name);
}

std::vector<const Object*> Snapshot::Children(ObjectKind kind, ObjectId parent) const {
  std::vector<const Object*> result;
  const ObjectKind name_space = NameSpaceOf(kind);
  for (auto it = by_name_.lower_bound(NameKey{parent, name_space, ""});
       it != by_name_.end() && std::get<0>(it->first) == parent && std::get<1>(it->first) == name_space;
       ++it) {
    const Object* object = Get(it->second);
    if (object->kind() == kind) result.push_back(object);
  }
  return result;
}

std::vector<const Object*> Snapshot::All(ObjectKind kind) const {
  std::vector<const Object*> result;
  for (const auto& [id, object] : by_id_) {
    if (object->kind() == kind) result.push_back(object.get());
  }
  std::stable_sort(result.begin(), result.end(),
                   [](const Object* a, const Object* b) { return a->name < b->name; });
  return result;
}

const Object* Snapshot::DatabaseOf(const Object& object) const {
  const Object* current = &object;
  while (current != nullptr && current->kind() != ObjectKind::kDatabase) {
    if (current->id == kAccountId) return nullptr;
    current = Get(current->parent);
  }
  return current;
}

std::string Snapshot::NameOf(ObjectId id) const {
  const Object* object = Get(id);
  return object == nullptr ? "" : object->name;
}

std::string Snapshot::QualifiedName(const Object& object) const {
  std::string name = QuoteIdentifier(object.name);
  for (const Object* parent = Get(object.parent); parent != nullptr && parent->id != kAccountId;
       parent = Get(parent->parent)) {
    name = QuoteIdentifier(parent->name) + "." + name;
  }
  return name;
}

std::vector<const Grant*> Snapshot::GrantsOn(ObjectId object) const {
  std::vector<const Grant*> result;
  for (const Grant& grant : grants_) {
    if (grant.object == object) result.push_back(&grant);
  }
  return result;
}

std::vector<const Grant*> Snapshot::GrantsTo(ObjectId role) const {
  std::vector<const Grant*> result;
  for (const Grant& grant : grants_) {
    if (grant.grantee == role) result.push_back(&grant);
  }
  return result;
}

std::string QuoteIdentifier(std::string_view name) {
  const auto plain = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
  };
  const bool starts_well = !name.empty() && ((name[0] >= 'A' && name[0] <= 'Z') || name[0] == '_');
  if (starts_well && std::all_of(name.begin(), name.end(), plain)) return std::string(name);
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace lifeboat::account
