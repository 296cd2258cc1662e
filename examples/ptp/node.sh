#!/bin/sh
# needs nothing of the node
