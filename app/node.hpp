#pragma once
// One node: everything that serves, opened in order and closed in reverse.
#include <atomic>
#include <memory>

#include "app/config.hpp"
#include "app/data_folder.hpp"
#include "platform/http/server.hpp"

namespace lastmile::app {

class Node {
public:
    /// Throws std::runtime_error with one sentence: folder in use, port taken, store unreachable, bad map.
    Node(const Config& config, DataFolder& folder);
    ~Node();
    std::string url() const;
    void reload_tls();
    /// Stops accepting, finishes what runs, closes streams, readers and the store.
    void drain(std::chrono::seconds patience);

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace lastmile::app
