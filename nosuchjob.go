package runnertape

import (
	"fmt"
	"strconv"
	"strings"
)

// NoSuchJob is a job that was asked for by its number and that the recording does not have.
type NoSuchJob struct {
	ID  int64   // what was asked for
	Has []int64 // the first that there are, at most MaxHas
}

// MaxHas is how many jobs a NoSuchJob names.
const MaxHas = 8

// Error implements error.
func (e *NoSuchJob) Error() string {
	if len(e.Has) == 0 {
		return fmt.Sprintf("job %d is not in the recording, nor is any other", e.ID)
	}
	has := make([]string, len(e.Has))
	for i, id := range e.Has {
		has[i] = strconv.FormatInt(id, 10)
	}
	return fmt.Sprintf("job %d is not in the recording; it has %s", e.ID, strings.Join(has, ", "))
}
