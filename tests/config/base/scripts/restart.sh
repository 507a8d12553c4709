#!/bin/sh
echo restarted "$1"
