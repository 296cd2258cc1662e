#!/bin/sh
# The card and its virtual functions are there: config.yaml makes them.
