// Package ownflag has a flag -update of its own.
package ownflag

import (
	"flag"
	"testing"

	"runnertape/proxy/recordtest"
)

var update = flag.Bool("update", false, "rewrite golden files")

func TestFlag(t *testing.T) {
	t.Logf("own flag: %v, recordtest: %v", *update, recordtest.Updating())
}
