#include "account/objects/object_json.h"

#include <boost/json.hpp>
#include <concepts>
#include <stdexcept>
#include <type_traits>

namespace lifeboat::account {
namespace {

namespace json = boost::json;

// One listing of a struct's fields serves both directions: `archive` is a Writer or a Reader.
template <typename A>
void Fields(A& archive, auto& user) requires std::same_as<std::remove_cvref_t<decltype(user)>, User> {
  archive("password_hash", user.password_hash);
  archive("default_role", user.default_role);
  archive("default_warehouse", user.default_warehouse);
  archive("default_database", user.default_database);
  archive("default_schema", user.default_schema);
  archive("secondary_roles_all", user.secondary_roles_all);
  archive("disabled", user.disabled);
}

template <typename A>
void Fields(A& archive, auto& role) requires std::same_as<std::remove_cvref_t<decltype(role)>, Role> {
  archive("is_system", role.is_system);
}

template <typename A>
void Fields(A& archive,
            auto& warehouse) requires std::same_as<std::remove_cvref_t<decltype(warehouse)>, Warehouse> {
  archive("size", warehouse.size);
  archive("type", warehouse.type);
  archive("auto_suspend_seconds", warehouse.auto_suspend_seconds);
  archive("auto_resume", warehouse.auto_resume);
  archive("started", warehouse.started);
  archive("min_cluster_count", warehouse.min_cluster_count);
  archive("max_cluster_count", warehouse.max_cluster_count);
  archive("scaling_policy", warehouse.scaling_policy);
}

template <typename A>
void Fields(A& archive,
            auto& link) requires std::same_as<std::remove_cvref_t<decltype(link)>, LinkedCatalog> {
  archive("integration", link.integration);
  archive("external_volume", link.external_volume);
  archive("allowed_namespaces", link.allowed_namespaces);
  archive("blocked_namespaces", link.blocked_namespaces);
  archive("allowed_write_operations", link.allowed_write_operations);
  archive("namespace_mode", link.namespace_mode);
  archive("flatten_delimiter", link.flatten_delimiter);
  archive("sync_interval_seconds", link.sync_interval_seconds);
  archive("case_sensitive", link.case_sensitive);
  archive("discovery_suspended", link.discovery_suspended);
}

template <typename A>
void Fields(A& archive,
            auto& database) requires std::same_as<std::remove_cvref_t<decltype(database)>, Database> {
  archive("link", database.link);
  archive("is_transient", database.is_transient);
  archive("retention_days", database.retention_days);
}

template <typename A>
void Fields(A& archive, auto& schema) requires std::same_as<std::remove_cvref_t<decltype(schema)>, Schema> {
  archive("catalog_namespace", schema.catalog_namespace);
}

template <typename A>
void Fields(A& archive,
            auto& column) requires std::same_as<std::remove_cvref_t<decltype(column)>, TableColumn> {
  archive("name", column.name);
  archive("type", column.type);
  archive("nullable", column.nullable);
  archive("default_sql", column.default_sql);
  archive("comment", column.comment);
  archive("primary_key", column.primary_key);
  archive("source_type", column.source_type);
}

template <typename A>
void Fields(A& archive, auto& table) requires std::same_as<std::remove_cvref_t<decltype(table)>, Table> {
  archive("storage", table.storage);
  archive("columns", table.columns);
  archive("kind", table.kind);
}

template <typename A>
void Fields(A& archive,
            auto& table) requires std::same_as<std::remove_cvref_t<decltype(table)>, IcebergTable> {
  archive("integration", table.integration);
  archive("catalog_namespace", table.catalog_namespace);
  archive("catalog_table", table.catalog_table);
  archive("external_volume", table.external_volume);
  archive("location", table.location);
  archive("format_version", table.format_version);
  archive("columns", table.columns);
}

template <typename A>
void Fields(A& archive, auto& view) requires std::same_as<std::remove_cvref_t<decltype(view)>, View> {
  archive("text", view.text);
  archive("query", view.query);
  archive("columns", view.columns);
  archive("is_secure", view.is_secure);
}

template <typename A>
void Fields(A& archive,
            auto& property) requires std::same_as<std::remove_cvref_t<decltype(property)>, Property> {
  archive("name", property.name);
  archive("value", property.value);
}

template <typename A>
void Fields(A& archive, auto& integration) requires
    std::same_as<std::remove_cvref_t<decltype(integration)>, Integration> {
  archive("category", integration.category);
  archive("type", integration.type);
  archive("enabled", integration.enabled);
  archive("properties", integration.properties);
}

template <typename A>
void Fields(A& archive,
            auto& volume) requires std::same_as<std::remove_cvref_t<decltype(volume)>, ExternalVolume> {
  archive("allow_writes", volume.allow_writes);
  archive("properties", volume.properties);
}

template <typename A>
void Fields(A&, auto& root) requires std::same_as<std::remove_cvref_t<decltype(root)>, AccountRoot> {}

using PropertyValue = decltype(Property::value);

struct Writer {
  json::object object;

  template <typename T>
  static json::value Write(const T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
      return json::value(value);
    } else if constexpr (std::is_arithmetic_v<T>) {
      return json::value(value);
    } else {
      Writer writer;
      Fields(writer, value);
      return std::move(writer.object);
    }
  }
  template <typename T>
  static json::value Write(const std::vector<T>& values) {
    json::array array;
    for (const T& value : values) array.push_back(Write(value));
    return array;
  }
  template <typename T>
  static json::value Write(const std::optional<T>& value) {
    return value ? Write(*value) : json::value(nullptr);
  }
  // A string; {"list": […]}; {"block": […]}.
  static json::value Write(const PropertyValue& value) {
    if (const auto* text = std::get_if<0>(&value)) return json::value(*text);
    if (const auto* list = std::get_if<1>(&value)) return json::object{{"list", Write(*list)}};
    return json::object{{"block", Write(std::get<2>(value))}};
  }
  template <typename T>
  void operator()(const char* name, const T& value) {
    object[name] = Write(value);
  }
};

// Boost.JSON throws where a value has another type; BodyFromJson turns that into a Status.
struct Reader {
  const json::object& object;

  template <typename T>
  static void Read(const json::value& from, T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
      value = std::string(from.as_string());
    } else if constexpr (std::is_same_v<T, bool>) {
      value = from.as_bool();
    } else if constexpr (std::is_arithmetic_v<T>) {
      value = from.to_number<T>();
    } else {
      Reader reader{from.as_object()};
      Fields(reader, value);
    }
  }
  template <typename T>
  static void Read(const json::value& from, std::vector<T>& values) {
    for (const json::value& element : from.as_array()) Read(element, values.emplace_back());
  }
  template <typename T>
  static void Read(const json::value& from, std::optional<T>& value) {
    if (!from.is_null()) Read(from, value.emplace());
  }
  static void Read(const json::value& from, PropertyValue& value) {
    if (from.is_string()) {
      value = std::string(from.as_string());
    } else if (const json::value* list = from.as_object().if_contains("list")) {
      Read(*list, value.emplace<1>());
    } else {
      Read(from.as_object().at("block"), value.emplace<2>());
    }
  }
  template <typename T>
  void operator()(const char* name, T& value) {
    if (const json::value* found = object.if_contains(name)) Read(*found, value);
  }
};

template <size_t I = 0>
ObjectBody EmptyBody(size_t index) {
  if constexpr (I + 1 < std::variant_size_v<ObjectBody>) {
    if (index != I) return EmptyBody<I + 1>(index);
  }
  return ObjectBody(std::in_place_index<I>);
}

}  // namespace

std::string BodyToJson(const ObjectBody& body) {
  return json::serialize(std::visit([](const auto& value) { return Writer::Write(value); }, body));
}

Result<ObjectBody> BodyFromJson(ObjectKind kind, std::string_view text) {
  try {
    const json::value parsed = json::parse(json::string_view(text.data(), text.size()));
    ObjectBody body = EmptyBody(static_cast<size_t>(kind));
    std::visit([&](auto& value) { Reader::Read(parsed, value); }, body);
    return body;
  } catch (const std::exception& error) {
    return Status::Corruption("the stored description of a {} cannot be read: {}", KindName(kind),
                              error.what());
  }
}

}  // namespace lifeboat::account
