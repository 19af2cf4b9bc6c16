#include "platform/store/failpoint.hpp"

#include <csignal>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>

namespace lastmile::store::failpoints {
namespace {

std::mutex mutex;
std::map<std::string, std::shared_ptr<std::function<void()>>, std::less<>>& points() {
    static std::map<std::string, std::shared_ptr<std::function<void()>>, std::less<>> all;
    return all;
}

void arm(std::string name, std::function<void()> then) {
    std::lock_guard lock(mutex);
    points()[std::move(name)] = std::make_shared<std::function<void()>>(std::move(then));
    armed = true;
}

}  // namespace

std::atomic<bool> armed{false};

void hit(std::string_view name) {
    std::shared_ptr<std::function<void()>> then;
    {
        std::lock_guard lock(mutex);
        if (auto found = points().find(name); found != points().end()) then = found->second;
    }
    if (then) (*then)();
}

Armed::Armed(std::string name, std::function<void()> then) : name_(name) { arm(std::move(name), std::move(then)); }

Armed::~Armed() {
    std::lock_guard lock(mutex);
    points().erase(name_);
    armed = !points().empty();
}

void arm_from_environment() {
    static std::once_flag once;
    std::call_once(once, [] {
        const char* text = std::getenv("LASTMILE_FAILPOINTS");
        if (!text) return;
        std::string_view rest = text;
        while (!rest.empty()) {
            auto item = rest.substr(0, rest.find(','));
            rest.remove_prefix(std::min(rest.size(), item.size() + 1));
            const auto equals = item.find('=');
            auto action = equals == item.npos ? std::string_view{} : item.substr(equals + 1);
            if (action != "kill" && !action.starts_with("kill:"))
                throw std::runtime_error("LASTMILE_FAILPOINTS must look like name=kill or name=kill:3.");
            auto left = std::make_shared<std::atomic<int>>(action.size() > 5 ? std::stoi(std::string(action.substr(5))) : 1);
            arm(std::string(item.substr(0, equals)), [left] {
                if (--*left == 0) std::raise(SIGKILL);
            });
        }
    });
}

}  // namespace lastmile::store::failpoints
