package main

import (
	"runnertape/redact"
	"runnertape/store"
)

// A recording can be changed when a secret shows itself late.
var _ redact.Keeper = (*store.Writer)(nil)
