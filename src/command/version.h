/*
 * The version, from configure.
 */
#ifndef DECANT_VERSION_H
#define DECANT_VERSION_H

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#ifdef PACKAGE_VERSION
#define DECANT_VERSION	PACKAGE_VERSION
#else
#define DECANT_VERSION	"unknown"
#endif

#endif
