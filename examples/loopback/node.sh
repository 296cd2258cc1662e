#!/bin/sh
# lo is in every pod: nothing to prepare.
