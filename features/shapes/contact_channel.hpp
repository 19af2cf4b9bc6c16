#pragma once
// How a recipient is tried.
#include "platform/schema/schema.hpp"

namespace lastmile {

enum class ContactChannel { call, sms, email, push };
LASTMILE_ENUM(ContactChannel, call, sms, email, push)

}  // namespace lastmile
