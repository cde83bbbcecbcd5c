import { a as usersProcedure, i as usersNodes, n as passwordMark, r as rightsStatements, t as accountStatements } from "./shared-users-procedure.js";

export { accountStatements, rightsStatements };