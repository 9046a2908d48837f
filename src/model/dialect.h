/* model/dialect.h: which signatures of requests a host reads (wire/signature.h). */
#pragma once

enum dialect {
	DIALECT_UNKNOWN,
	DIALECT_DRAFT,            /* draft-cavage-http-signatures-12 */
	DIALECT_RFC9421,
};
