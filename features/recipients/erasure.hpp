#pragma once
// What goes with a recipient's personal data besides: rooms above (files of proofs) add theirs, the app puts it among the services.
#include <functional>
#include <vector>

#include "features/ids/ids.hpp"
#include "platform/store/tx.hpp"

namespace lastmile {

class Erasure {
public:
    /// Inside the command that erases; what needs the network becomes a job there.
    using Also = std::function<void(store::Tx&, Id<Delivery>)>;
    void add(Also also) { also_.push_back(std::move(also)); }
    void erase(store::Tx& tx, Id<Delivery> delivery) const {
        for (const auto& also : also_) also(tx, delivery);
    }

private:
    std::vector<Also> also_;
};

}  // namespace lastmile
