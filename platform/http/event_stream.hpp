#pragma once
// The Stream of an answer. Internal.
#include "platform/http/message.hpp"
#include "platform/http/outlet.hpp"

namespace lastmile::http {

class EventStream final : public Stream, public Outlet {
public:
    using Outlet::Outlet;
    bool send(std::string_view bytes) override { return put(bytes); }
    bool send(std::shared_ptr<const std::string> bytes) override { return put(*bytes); }
    void close() override { finish(); }
    void on_close(std::function<void()> then) override { Outlet::on_close(std::move(then)); }
    void leave() override { finish(); }
};

}  // namespace lastmile::http
