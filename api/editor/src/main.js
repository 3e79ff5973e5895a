// Pages work without this: the form is sent as it is. With it the query is edited, completed and run in place.
import { upgradeForms } from "./running.js";

upgradeForms();
