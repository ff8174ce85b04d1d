//go:build !unix

package bare

import "os/exec"

// ownGroup does nothing: such systems have no groups to end together.
func ownGroup(*exec.Cmd) {}
