#pragma once
// From method and path to endpoint. A segment tree: literal segments before parameters, no backtracking surprises (both are tried).
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/api/endpoint.hpp"

namespace lastmile::api {

using PathValues = std::vector<std::pair<std::string_view, std::string>>;  // name in the template, value decoded

struct Match {
    const Endpoint* endpoint = nullptr;     // null: see allowed
    PathValues values{};
    std::vector<std::string_view> allowed{};  // methods that this path knows; empty: 404
    bool malformed = false;                 // a percent escape that is none, a control character, bad UTF-8
};

/// Percent-decoding of one part of a target; nullopt when it is not well-formed UTF-8 without controls.
std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space);

class Router {
public:
    /// Throws std::logic_error when two endpoints have the same method and path shape.
    explicit Router(const Endpoints& endpoints);
    /// HEAD finds GET.
    Match find(std::string_view method, std::string_view path) const;

private:
    struct Node {
        std::map<std::string, std::unique_ptr<Node>, std::less<>> literal;
        std::unique_ptr<Node> parameter;
        std::map<std::string_view, std::pair<const Endpoint*, std::vector<std::string_view>>> methods;  // with the parameters' names
    };
    void add(const Endpoint& endpoint, std::string_view path);
    static const Node* walk(const Node& node, const std::vector<std::string_view>& segments, std::size_t at, std::vector<std::string_view>& values);
    Node root_;
};

/// `lastmile where`: the endpoint that serves this method and path (a template or a concrete path).
const Endpoint* find_endpoint(const Endpoints& endpoints, std::string_view method, std::string_view path);

}  // namespace lastmile::api
