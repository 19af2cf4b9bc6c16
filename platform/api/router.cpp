#include "platform/api/router.hpp"

#include <stdexcept>

#include "platform/schema/text.hpp"

namespace lastmile::api {
namespace {

std::vector<std::string_view> segments_of(std::string_view path) {
    std::vector<std::string_view> segments;
    while (!path.empty()) {
        path.remove_prefix(1);  // the slash
        const auto slash = path.find('/');
        segments.push_back(path.substr(0, slash));
        path = slash == path.npos ? std::string_view{} : path.substr(slash);
    }
    return segments;
}

int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus_is_space) {
            out += ' ';
        } else if (text[i] == '%') {
            if (i + 2 >= text.size() || hex(text[i + 1]) < 0 || hex(text[i + 2]) < 0) return std::nullopt;
            out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
            i += 2;
        } else {
            out += text[i];
        }
    }
    if (!schema::code_points(out) || schema::has_controls(out, plus_is_space)) return std::nullopt;
    return out;
}

Router::Router(const Endpoints& endpoints) {
    for (const auto& endpoint : endpoints) {
        add(endpoint, endpoint.path);
        for (const auto alias : endpoint.words.aliases) add(endpoint, alias);
    }
}

void Router::add(const Endpoint& endpoint, std::string_view path) {
    Node* node = &root_;
    std::vector<std::string_view> names;
    for (const auto segment : segments_of(path)) {
        if (segment.starts_with('{') && segment.ends_with('}')) {
            names.push_back(segment.substr(1, segment.size() - 2));
            if (!node->parameter) node->parameter = std::make_unique<Node>();
            node = node->parameter.get();
        } else {
            auto& next = node->literal[std::string(segment)];
            if (!next) next = std::make_unique<Node>();
            node = next.get();
        }
    }
    if (!node->methods.emplace(endpoint.method, std::pair{&endpoint, std::move(names)}).second)
        throw std::logic_error("two endpoints serve " + std::string(endpoint.method) + " " + std::string(path));
}

const Router::Node* Router::walk(const Node& node, const std::vector<std::string_view>& segments, std::size_t at, std::vector<std::string_view>& values) {
    if (at == segments.size()) return node.methods.empty() ? nullptr : &node;
    if (const auto next = node.literal.find(segments[at]); next != node.literal.end())
        if (const auto* found = walk(*next->second, segments, at + 1, values)) return found;
    if (!node.parameter || segments[at].empty()) return nullptr;
    values.push_back(segments[at]);
    if (const auto* found = walk(*node.parameter, segments, at + 1, values)) return found;
    values.pop_back();
    return nullptr;
}

Match Router::find(std::string_view method, std::string_view path) const {
    Match match;
    if (!path.starts_with('/')) return match;
    std::vector<std::string_view> raw;
    const auto* node = walk(root_, segments_of(path), 0, raw);
    if (!node) return match;
    for (const auto& [known, _] : node->methods) {
        match.allowed.push_back(known);
        if (known == "GET") match.allowed.push_back("HEAD");
    }
    match.allowed.push_back("OPTIONS");
    const auto found = node->methods.find(method == "HEAD" ? "GET" : method);
    if (found == node->methods.end()) return match;
    match.endpoint = found->second.first;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        auto value = percent_decoded(raw[i], false);
        match.malformed |= !value;
        match.values.emplace_back(found->second.second[i], value.value_or(""));
    }
    return match;
}

const Endpoint* find_endpoint(const Endpoints& endpoints, std::string_view method, std::string_view path) {
    for (const auto& endpoint : endpoints)
        if (endpoint.method == method && endpoint.path == path) return &endpoint;
    const auto match = Router(endpoints).find(method, path.substr(0, path.find('?')));
    return match.endpoint;
}

}  // namespace lastmile::api
