// `lastmile openapi`, `reference`, `where`: the endpoint tables, told to people and programs.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "app/features.hpp"
#include "app/lifecycle_page.hpp"
#include "app/reference.hpp"
#include "app/verbs.hpp"
#include "features/events_feed/event_catalogue.hpp"
#include "platform/api/openapi.hpp"
#include "platform/api/router.hpp"
#include "platform/schema/codec.hpp"

namespace lastmile::app {
namespace {

namespace json = boost::json;

/// One member a line, so that a change of the API is a readable difference. Small values stay on one line.
void print(std::string& out, const json::value& value, std::size_t depth) {
    constexpr std::size_t short_enough = 100;
    const bool object = value.is_object();
    auto line = schema::to_text(value);
    if ((!object && !value.is_array()) || line.size() <= short_enough) {
        out += line;
        return;
    }
    const std::string indent(2 * depth + 2, ' ');
    std::string joint = "\n";
    out += object ? '{' : '[';
    if (object) {
        for (const auto& [name, member] : value.get_object()) {
            out += std::exchange(joint, ",\n") + indent + schema::to_text(json::value(name)) + ": ";
            print(out, member, depth + 1);
        }
    } else {
        for (const auto& element : value.get_array()) {
            out += std::exchange(joint, ",\n") + indent;
            print(out, element, depth + 1);
        }
    }
    out += '\n' + std::string(2 * depth, ' ') + (object ? '}' : ']');
}

std::string pretty(const json::value& document) {
    std::string out;
    print(out, document, 0);
    return out + '\n';
}

void write_reference(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    const auto endpoints = all_endpoints();
    const std::pair<const char*, std::string> files[] = {
        {"openapi.json", pretty(json::parse(openapi_document()))}, {"endpoints.md", api::endpoints_markdown(endpoints)}, {"errors.md", api::errors_markdown(endpoints)},
        {"lifecycle.md", lifecycle_markdown()}, {"events.md", events_markdown()}, {"events.schema.json", pretty(event_schema())}};
    for (const auto& [name, text] : files) {
        std::ofstream file(folder / name, std::ios::binary | std::ios::trunc);
        if (!(file << text << std::flush)) throw std::runtime_error("cannot write " + (folder / name).string());
    }
}

std::string place_of(const std::string& method, const std::string& path) {
    const auto endpoints = all_endpoints();
    const auto* endpoint = api::find_endpoint(endpoints, method, path);
    if (!endpoint) throw std::runtime_error("no endpoint serves " + method + " " + path);
    const std::string file = endpoint->where.file_name();
    const auto begin = file.rfind("features/");
    return (begin == file.npos ? file : file.substr(begin)) + ':' + std::to_string(endpoint->where.line()) + "  " + endpoint->name();
}

}  // namespace

void add_reference_verbs(CLI::App& app) {
    auto* document = app.add_subcommand("openapi", "print the OpenAPI 3.1 document of the API");
    document->callback([] { std::cout << pretty(json::parse(openapi_document())); });

    auto* reference = app.add_subcommand("reference", "write the generated reference: openapi.json, endpoints.md, errors.md, lifecycle.md, events.md, events.schema.json");
    auto folder = std::make_shared<std::string>();
    reference->add_option("-o,--output", *folder, "folder")->required();
    reference->callback([folder] { write_reference(*folder); });

    auto* where = app.add_subcommand("where", "print the file and line that serve a method and path");
    auto method = std::make_shared<std::string>(), path = std::make_shared<std::string>();
    where->add_option("method", *method, "for example POST")->required();
    where->add_option("path", *path, "a template or a concrete path")->required();
    where->callback([method, path] { std::cout << place_of(*method, *path) << std::endl; });
}

}  // namespace lastmile::app
