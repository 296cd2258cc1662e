#!/bin/sh
# The bridge is made by the plugin: nothing to prepare.
