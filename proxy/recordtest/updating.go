package recordtest

import (
	"flag"
	"fmt"
	"os"
	"strconv"
)

// updateVariable decides in the place of the flag.
const updateVariable = "PROXY_UPDATE"

// registered is -update, ours or another's; nil if the variable decides.
var registered = register()

func register() *flag.Flag {
	const name = "update"
	if os.Getenv(updateVariable) != "" {
		return nil
	}
	if flag.Lookup(name) == nil {
		flag.Bool(name, false, "record the tests of recordtest anew, with a real GitLab")
	}
	return flag.Lookup(name)
}

// Updating tells whether tests are to write what they expect: whether -update was given, or PROXY_UPDATE is true. It may
// be asked once flags were parsed, so in tests.
func Updating() bool {
	yes, err := updating()
	return err == nil && yes
}

func updating() (bool, error) {
	text, name := os.Getenv(updateVariable), updateVariable
	if text == "" && registered != nil {
		text, name = registered.Value.String(), "-update"
	}
	if text == "" {
		return false, nil
	}
	yes, err := strconv.ParseBool(text)
	if err != nil {
		return false, fmt.Errorf("%s: %q is not true or false", name, text)
	}
	return yes, nil
}
