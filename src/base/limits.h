/*
 * Limits that several folders share.
 */
#ifndef DECANT_LIMITS_H
#define DECANT_LIMITS_H

#define RECORD_MAX	(16u << 20)	/* bytes in a record */

#endif
