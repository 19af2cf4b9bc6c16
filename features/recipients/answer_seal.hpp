#pragma once
// How answers are remembered that show recipients' data: the body under a key of its own, which is split over the recipients shown, each share
// under that recipient's key. One of them erased, and the answer cannot be read any more; the whole lies under the master key besides.
#include "features/recipients/vault.hpp"
#include "platform/store/tx.hpp"

namespace lastmile {

class AnswerSeal {
public:
    AnswerSeal(const crypto::Keyring& keys, const Vault& vault) : sealer_(keys, "answers"), vault_(vault) {}
    /// Under the keys of all whose data the command wrote or read (Read::shows); nullopt: more than 64.
    std::optional<std::string> seal(store::Tx& tx, std::string_view plain) const;
    /// nullopt: one of them was erased, or it was not sealed for this partition.
    std::optional<std::string> open(store::Read& read, std::string_view sealed) const;

private:
    crypto::Sealer sealer_;
    const Vault& vault_;
};

}  // namespace lastmile
