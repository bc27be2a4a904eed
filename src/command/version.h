/*
 * The version, which configure puts on the compiler's command line.
 */
#ifndef DECANT_VERSION_H
#define DECANT_VERSION_H

#ifdef PACKAGE_VERSION
#define DECANT_VERSION	PACKAGE_VERSION
#else
#define DECANT_VERSION	"unknown"
#endif

#endif
