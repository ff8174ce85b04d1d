package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// tick is the unit of CPU time in /proc/PID/stat: USER_HZ, 100 on every Linux
// that Go runs on (proc_pid_stat(5), sysconf(3)).
const tick = 10 * time.Millisecond

// quiet is how long a process uses no tick of CPU time when it has nothing to do.
const quiet = 50 * time.Millisecond

// cpuTime is what a process has used; 0 where there is no /proc.
func cpuTime(pid int) time.Duration {
	text, _ := os.ReadFile(procFile(pid, "stat"))
	_, after, _ := bytes.Cut(text, []byte(") ")) // the name may have anything in it
	fields := bytes.Fields(after)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseInt(string(fields[11]), 10, 64)
	system, _ := strconv.ParseInt(string(fields[12]), 10, 64)
	return time.Duration(user+system) * tick
}

// rssAnon is the anonymous memory that a process has resident, in bytes: its heap
// and stacks, but not the pages of files it has mapped; 0 where there is no /proc.
func rssAnon(pid int) int64 {
	text, _ := os.ReadFile(procFile(pid, "status"))
	_, after, _ := bytes.Cut(text, []byte("\nRssAnon:"))
	fields := bytes.Fields(after)
	if len(fields) == 0 {
		return 0
	}
	kib, _ := strconv.ParseInt(string(fields[0]), 10, 64)
	return kib << 10
}

// openFiles is how many descriptors a process has; 0 where there is no /proc.
func openFiles(pid int) int {
	names, _ := os.ReadDir(procFile(pid, "fd"))
	return len(names)
}

func procFile(pid int, name string) string {
	return filepath.Join("/proc", strconv.Itoa(pid), name)
}

// peak samples the anonymous memory of a process, until told to stop.
type peak struct {
	stop chan struct{}
	done chan int64
}

func watchPeak(pid int) *peak {
	p := &peak{make(chan struct{}), make(chan int64, 1)}
	go func() {
		var most int64
		each := time.NewTicker(20 * time.Millisecond)
		defer each.Stop()
		for {
			most = max(most, rssAnon(pid))
			select {
			case <-each.C:
			case <-p.stop:
				p.done <- most
				return
			}
		}
	}()
	return p
}

func (p *peak) end() int64 {
	close(p.stop)
	return <-p.done
}

// settle waits until a process has done what it still had to do, such as writing
// down what passed, so that it does not do so in the next one's round. It says how long that took.
func settle(pid int) (lag time.Duration) {
	if pid == 0 {
		return 0
	}
	used, began := cpuTime(pid), time.Now()
	until(patience, func() bool {
		if now := cpuTime(pid); now != used {
			used, lag = now, time.Since(began)
		}
		return time.Since(began)-lag > quiet
	})
	return lag
}
