package job

// TestConnection tries the connection to an outside system, step by step.
type TestConnection struct {
	Partner int64 `json:"partner"`
	Test    int64 `json:"test"`
}

func (TestConnection) Kind() string { return "settings.test_connection" }
