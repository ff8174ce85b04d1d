package mint

import (
	"encoding/json"
	"io"
	"time"
)

// Job is what is said of a job to be minted. What is zero stays as the template has it.
type Job struct {
	Name, Stage  string
	BeforeScript []string          // lines before the script: GitLab makes one script of both
	Script       []string          // lines; one of them may be a text of several lines
	AfterScript  []string          // lines
	Image        json.RawMessage   // as the payload has it
	Services     []json.RawMessage // as the payload has them
	Artifacts    []json.RawMessage // as the payload has them
	Cache        []json.RawMessage // as the payload has them
	Needs        []Need            // jobs whose artifacts it downloads first
	Variables    []Variable        // added, or in the place of those of the same name
	Timeout      time.Duration     // of the job and each of its scripts; whole seconds
	Fields       []Field           // last of all: whatever else of the payload
	Clone        *Clone            // what the job clones
	Expect       *End              // how it is to end; nil: the recording does not say
}

// Need is another job, minted of an [Origin] with the same seed, whose artifacts a job downloads. Both are to be in the recording that
// is replayed.
type Need struct {
	Job  int64  // its number
	Name string // its name; "" for "job"
}

// Variable is one variable of a job.
type Variable struct {
	Key, Value string
	Marks      *Marks // nil: those it has in the template, or of a public variable
}

// Marks say what the runner and others do with a variable (GitLab lib/gitlab/ci/variables/collection/item.rb).
type Marks struct {
	Public bool // may be shown; so are those of a CI file
	Masked bool // hidden in the log
	File   bool // the value is put into a file, whose name the variable is
	Raw    bool // no other variables are expanded in the value
}

// Field is a field of the payload.
type Field struct {
	Path  []string        // names of members, from outside
	Value json.RawMessage // JSON
}

// End is how a job is to end.
type End struct {
	State    string // "success" or "failed"
	ExitCode int    // of a failed one
}

// Clone is what git is answered when it fetches one commit into an empty folder.
type Clone struct {
	Name     string // branch or tag
	Tag      bool   // Name is a tag
	SHA      string // the commit
	SHA256   bool   // ids are SHA-256, else SHA-1
	Depth    int    // commits that the runner asks for; 0 for all
	Author   string // "Name <address>"
	Message  string // of the commit
	Authored time.Time
	Calls    []GitCall // in order
}

// GitCall is one request of git-upload-pack's, in protocol version 2, and its answer.
type GitCall struct {
	Posted  bool                          // POST git-upload-pack; else GET info/refs
	Request []byte                        // body
	Open    func() (io.ReadCloser, error) // body of the answer
}
