//go:build unix

package bare

import (
	"os/exec"
	"syscall"
)

// ownGroup lets a Ctrl-C at the terminal reach the replay only, which lets clones under way end; and lets a git that has to end
// take those it has started with it.
func ownGroup(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGTERM) }
}
